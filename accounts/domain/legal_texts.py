from datetime import datetime

from django.db import transaction

from accounts.models import LegalText, User
from ticketing.core.pages import forget_pages

PAGES_TAG = "legal"


@transaction.atomic
def publish_legal_text(text: LegalText, *, by: User, now: datetime) -> None:
    """Save a legal text as somebody's change; readers see it within two seconds."""
    text.changed_by, text.changed_at = by, now
    text.save()
    forget_pages(PAGES_TAG)
