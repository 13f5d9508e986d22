from datetime import datetime

from django.db import transaction

from accounts.audit.domain.changes import changes_between, stored
from accounts.audit.domain.records import record
from accounts.models import LegalText, User
from ticketing.core.pages import forget_pages

PAGES_TAG = "legal"


@transaction.atomic
def publish_legal_text(text: LegalText, *, by: User, now: datetime) -> None:
    """Save a legal text as somebody's change; readers see it within two seconds."""
    before = stored(text)
    text.changed_by, text.changed_at = by, now
    text.save()
    record(
        action="legal_texts.published",
        by=by,
        on=text,
        now=now,
        **changes_between(before, text),
    )
    forget_pages(PAGES_TAG)
