"""Check-in lists and the scanners that work for them."""

import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.guessing import count_guess, forget_guesses
from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.domain.codes import signing_key
from bookings.models import CheckInList, Device, DeviceList, ListedTicketType
from bookings.queries.door import Door, DoorList, door_of_device, door_of_token
from events.models import Event, TicketType
from ticketing.core.errors import Conflict, InvalidInput, NotAllowed
from ticketing.core.site import site_address

# So that a bearer's token is known for a scanner's before anything is looked up.
PREFIX = "door_"
# People scan on for a while when an evening gets long; nobody needs the token a week later.
KEPT_AFTER_THE_EVENT = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)
PIN_SALT = "bookings.door.pin"
PIN = r"^\d{4,8}$"
CHANGEABLE = ("name", "opens_at", "closes_at", "entries")


class ListNameTaken(Conflict):
    code = "name_taken"
    message = _("There is a check-in list of this name already.")


class ClosesBeforeItOpens(InvalidInput):
    code = "closes_before_it_opens"
    message = _("A list closes after it opens.")


class DoorClosed(Conflict):
    code = "door_closed"
    message = _("This event was over long ago, and its door is closed.")


class PinNeeded(NotAllowed):
    code = "pin_needed"
    message = _("This needs the PIN of the check-in list.")


def door_by_token(token: str, *, now: datetime) -> Door | None:
    """The scanner with this token, while it counts: not revoked, and its event not long over."""
    if not token.startswith(PREFIX):
        return None
    return door_of_token(digest_of(token), ended_before=now - KEPT_AFTER_THE_EVENT)


def door_by_id(device: UUID, *, now: datetime) -> Door | None:
    return door_of_device(device, ended_before=now - KEPT_AFTER_THE_EVENT)


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def register_device(
    event: Event,
    *,
    name: str,
    gate: str = "",
    lists: Collection[CheckInList] = (),
    by: User,
    now: datetime,
) -> tuple[Device, str]:
    """A scanner and its token, which is told this once. For lists of the event; none: all of them.

    Raises RoleMayNot, NoSuchOrganizer.
    """
    require(by, Permission.EDIT_EVENTS, event.organizer)
    return new_device(event, name=name, gate=gate, lists=lists, by=by, now=now)


@transaction.atomic
def register_own_device(
    event: Event, *, gate: str = "", by: User, now: datetime
) -> tuple[Device, str]:
    """For who works at the door with their own phone. Raises RoleMayNot, NoSuchOrganizer."""
    require(by, Permission.WORK_AT_THE_DOOR, event.organizer)
    name = (by.name or by.email)[:80]
    return new_device(event, name=name, gate=gate, user=by, by=by, now=now)


def own_door(event: Event, *, by: User, now: datetime) -> Door:
    """The scanner under which somebody's own calls are written down, made when first needed.

    Raises RoleMayNot, NoSuchOrganizer, DoorClosed.
    """
    require(by, Permission.WORK_AT_THE_DOOR, event.organizer)
    found = Device.objects.filter(event=event, user=by, revoked_at=None).order_by("pk").first()
    if found is None:
        found, _token = register_own_device(event, by=by, now=now)
    door = door_by_id(found.pk, now=now)
    if door is None:
        raise DoorClosed
    return door


@transaction.atomic
def new_device(
    event: Event,
    *,
    lists: Collection[CheckInList] = (),
    by: User,
    now: datetime,
    **facts: Any,
) -> tuple[Device, str]:
    ensure_a_list(event, by=by, now=now)
    signing_key(event)  # so that a scanner that loses its network at once knows it
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    device = Device(event=event, token_digest=digest_of(token), **facts)
    device.save()
    for one in lists:
        DeviceList(event=event, device=device, check_in_list=one).save()
    after = {"name": device.name, "gate": device.gate, "lists": [str(one.pk) for one in lists]}
    note("door.device_registered", device, by=by, now=now, after=after)
    return device, token


def device_link(event: Event, token: str) -> str:
    """What makes the phone that opens it the scanner. Behind the #, servers never see the token."""
    return f"{site_address('door', event.slug, language=event.language)}#{token}"


@transaction.atomic
def revoke_device(device: Device, *, by: User, now: datetime) -> None:
    """Its token opens nothing any more, at once. Again: no effect. Raises RoleMayNot."""
    require(by, Permission.EDIT_EVENTS, device.organizer)
    if Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now):
        note("door.device_revoked", device, by=by, now=now, after={"name": device.name})


def seen(door: Door, *, now: datetime) -> None:
    """At most once a minute: a row of its own, which nobody else writes."""
    if door.last_seen_at is None or now - door.last_seen_at >= SEEN_EVERY:
        Device.objects.filter(pk=door.device_id).update(last_seen_at=now)


def ensure_a_list(event: Event, *, by: User, now: datetime) -> None:
    """Every event has an entrance; who wants more than one says so."""
    if CheckInList.objects.filter(event=event, withdrawn_at=None).exists():
        return
    with override(event.language):
        name = gettext("Entrance")
    made = CheckInList.objects.bulk_create(
        [CheckInList(event=event, organizer_id=event.organizer_id, name=name)],
        ignore_conflicts=True,
    )
    note("door.list_created", made[0], by=by, now=now, after={"name": name})


@transaction.atomic
def create_list(
    event: Event,
    facts: Mapping[str, Any],
    *,
    ticket_types: Collection[TicketType] = (),
    by: User,
    now: datetime,
) -> CheckInList:
    """Raises RoleMayNot, ListNameTaken, ClosesBeforeItOpens."""
    require(by, Permission.EDIT_EVENTS, event.organizer)
    created = CheckInList(event=event)
    keep(created, facts)
    set_types(created, ticket_types)
    note("door.list_created", created, by=by, now=now, after={"name": created.name})
    return created


@transaction.atomic
def change_list(
    changed: CheckInList,
    facts: Mapping[str, Any],
    *,
    ticket_types: Collection[TicketType] | None = None,
    by: User,
    now: datetime,
) -> None:
    """Entries that were made stay. Raises RoleMayNot, ListNameTaken, ClosesBeforeItOpens."""
    require(by, Permission.EDIT_EVENTS, changed.organizer)
    keep(changed, facts)
    if ticket_types is not None:
        set_types(changed, ticket_types)
    after = {"changed": sorted(facts)}
    note("door.list_changed", changed, by=by, now=now, after=after)


@transaction.atomic
def withdraw_list(gone: CheckInList, *, by: User, now: datetime) -> None:
    """Nobody is let in by it any more; what was written stays. Raises RoleMayNot."""
    require(by, Permission.EDIT_EVENTS, gone.organizer)
    gone.withdrawn_at = now
    gone.save(update_fields=["withdrawn_at"])
    note("door.list_withdrawn", gone, by=by, now=now, after={"name": gone.name})


def keep(row: CheckInList, facts: Mapping[str, Any]) -> None:
    for field in CHANGEABLE:
        if field in facts:
            setattr(row, field, facts[field])
    if "pin" in facts:
        row.pin_digest = pin_digest(row.pk, facts["pin"]) if facts["pin"] else ""
    if row.opens_at and row.closes_at and row.closes_at <= row.opens_at:
        raise ClosesBeforeItOpens(field="closes_at")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ListNameTaken(field="name") from error


def set_types(row: CheckInList, ticket_types: Collection[TicketType]) -> None:
    ListedTicketType.objects.filter(check_in_list=row).delete()
    for one in ticket_types:
        ListedTicketType(event=row.event, check_in_list=row, ticket_type=one).save()


def pin_digest(row: UUID, pin: str, *, key: str | None = None) -> str:
    digest = salted_hmac(PIN_SALT, f"{row.hex}:{pin}", secret=key, algorithm="sha256")
    return digest.hexdigest()


def require_pin(door: Door, chosen: DoorList, pin: str) -> None:
    """What is more than scanning is for who knows the list's PIN, where it has one.

    Raises PinNeeded, TooManyGuesses.
    """
    if not chosen.pin_digest:
        return
    if not pin:
        raise PinNeeded
    guess = f"door {door.device_id} {chosen.id}"
    count_guess(guess)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [pin_digest(chosen.id, pin, key=key) for key in keys]
    if not any(hmac.compare_digest(one, chosen.pin_digest) for one in digests):
        raise PinNeeded
    forget_guesses(guess)


def note(action: str, row: Any, *, by: User, now: datetime, after: Mapping[str, Any]) -> None:
    record(action=action, by=by, on=row, organizer=row.organizer_id, after=after, now=now)
