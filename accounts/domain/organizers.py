from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.announcements import OrganizerChanged, OrganizerStarted
from accounts.audit.domain.records import record
from accounts.domain.people import require_staff
from accounts.domain.permissions import require
from accounts.enums import OrganizerStatus, Role
from accounts.models import Membership, Organizer, User
from accounts.permissions import Permission
from accounts.queries import is_verified
from ticketing.core.errors import Conflict, InvalidInput, NotAllowed
from ticketing.core.outbox import announce
from ticketing.core.pages import forget_pages

MOST_PER_PERSON = 20
RESERVED = {"admin", "api", "new", "team", "settings"}


class OrganizersClosed(NotAllowed):
    code = "organizers_closed"
    message = _("New organizers are not taken at the moment. Please write to us.")


class AddressUnverified(NotAllowed):
    code = "email_unverified"
    message = _("Please confirm your e-mail address first.")


class TooManyOrganizers(Conflict):
    code = "too_many_organizers"
    message = _("You have started twenty organizers already. Please write to us for more.")


class NameNeeded(InvalidInput):
    code = "name_needed"
    message = _("Please give it a name with at least two letters or digits.")


def start_organizer(*, name: str, by: User, now: datetime) -> Organizer:
    """Start an organizer and make who starts it the owner; at once or after approval.

    Raises OrganizersClosed, AddressUnverified, TooManyOrganizers, NameNeeded.
    """
    if settings.ORGANIZER_SIGNUP == "closed" and not by.is_staff:
        raise OrganizersClosed
    if not is_verified(by):
        raise AddressUnverified
    name = settled_name(name)
    needs_approval = settings.ORGANIZER_SIGNUP == "approval" and not by.is_staff
    status = OrganizerStatus.PENDING if needs_approval else OrganizerStatus.ACTIVE
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if Organizer.objects.filter(started_by=by).count() >= MOST_PER_PERSON:
            raise TooManyOrganizers
        organizer = insert_with_free_slug(
            Organizer(name=name, status=status, started_by=by, started_at=now)
        )
        Membership.objects.create(organizer=organizer, user=by, role=Role.OWNER, joined_at=now)
        after = {"name": name, "slug": organizer.slug, "status": status}
        record(
            action="organizers.started",
            by=by,
            on=organizer,
            organizer=organizer.pk,
            after=after,
            now=now,
        )
        announce(
            OrganizerStarted(organizer_id=organizer.pk, needs_approval=needs_approval),
            about=organizer,
            organizer=organizer.pk,
        )
    return organizer


def settled_name(name: str) -> str:
    """The name without needless blanks. Raises NameNeeded."""
    if sum(character.isalnum() for character in name) < 2:
        raise NameNeeded(field="name")
    return " ".join(name.split())


def insert_with_free_slug(organizer: Organizer) -> Organizer:
    """The name as an address; with a few random signs when somebody else has it."""
    wanted = slugify(organizer.name)[:50] or "organizer"
    taken = wanted in RESERVED
    for _attempt in range(5):
        organizer.slug = f"{wanted}-{uuid4().hex[:6]}" if taken else wanted
        try:
            with transaction.atomic():
                organizer.save(force_insert=True)
        except IntegrityError:
            taken = True
        else:
            return organizer
    raise Conflict


@transaction.atomic
def rename_organizer(organizer: Organizer, *, name: str, by: User, now: datetime) -> None:
    """Change the name; the address stays, because links lead there."""
    require(by, Permission.EDIT_ORGANIZER, organizer)
    name = settled_name(name)
    before, organizer.name = organizer.name, name
    organizer.save(update_fields=["name"])
    record(
        action="organizers.renamed",
        by=by,
        on=organizer,
        organizer=organizer.pk,
        before={"name": before},
        after={"name": name},
        now=now,
    )
    tell_changed(organizer)


@transaction.atomic
def set_status(organizer: Organizer, *, status: OrganizerStatus, by: User, now: datetime) -> None:
    """Approve, close or reopen an organizer: the platform's staff alone."""
    require_staff(by)
    before, organizer.status = organizer.status, status
    organizer.save(update_fields=["status"])
    record(
        action=f"organizers.{status}",
        by=by,
        on=organizer,
        organizer=organizer.pk,
        before={"status": before},
        after={"status": status},
        now=now,
    )
    tell_changed(organizer)


def tell_changed(organizer: Organizer) -> None:
    """Let pages and caches know that it looks different."""
    announce(OrganizerChanged(organizer_id=organizer.pk), about=organizer, organizer=organizer.pk)
    forget_pages(f"organizer:{organizer.pk}")
