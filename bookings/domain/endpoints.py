"""Where an organizer wants its own systems to be told: by its owners, since names and addresses of
people leave the house there."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import Organizer, User
from accounts.permissions import Permission
from bookings.domain.signing import new_secret
from bookings.models import FulfillmentEndpoint
from bookings.models.fulfillment import LONGEST_URL
from ticketing.core.outgoing import AddressRefused, require_sendable

FORMER_SIGNS_FOR = timedelta(hours=24)


@transaction.atomic
def set_endpoint(
    organizer: Organizer, *, url: str, is_active: bool = True, by: User, now: datetime
) -> str:
    """Tell it there from now on. Returns the secret the first time, and never again; else "".

    Raises AddressRefused, RoleMayNot, NoSuchOrganizer.
    """
    require(by, Permission.EDIT_ORGANIZER, organizer)
    try:
        require_sendable(url)
    except AddressRefused as refused:
        raise AddressRefused(field="url") from refused
    if len(url) > LONGEST_URL:
        raise AddressRefused(field="url")
    rows = FulfillmentEndpoint.objects.select_for_update(of=("self",))
    found = rows.filter(organizer=organizer).first()
    before = {"url": found.url, "is_active": found.is_active} if found else {}
    secret = "" if found else new_secret()
    row = found or FulfillmentEndpoint(organizer=organizer, secret=secret)
    row.url, row.is_active, row.changed_at, row.set_by = url, is_active, now, by
    row.save()
    after = {"url": url, "is_active": is_active}
    if before != after:
        note("bookings.endpoint_set", row, by=by, now=now, before=before, after=after)
    return secret


@transaction.atomic
def rotate_secret(endpoint: FulfillmentEndpoint, *, by: User, now: datetime) -> str:
    """A new secret, shown this once; the former signs beside it for a day.

    Raises RoleMayNot, NoSuchOrganizer.
    """
    require(by, Permission.EDIT_ORGANIZER, endpoint.organizer)
    rows = FulfillmentEndpoint.objects.select_for_update(of=("self",))
    endpoint.refresh_from_db(from_queryset=rows)
    secret = new_secret()
    endpoint.former_secret, endpoint.secret = endpoint.secret, secret
    endpoint.former_until = now + FORMER_SIGNS_FOR
    endpoint.changed_at, endpoint.set_by = now, by
    endpoint.save()
    note("bookings.endpoint_secret_changed", endpoint, by=by, now=now)
    return secret


def secrets_of(endpoint: FulfillmentEndpoint, *, now: datetime) -> list[str]:
    """Those that sign now, the newest first."""
    is_former_good = endpoint.former_until is not None and now < endpoint.former_until
    return [endpoint.secret, *([endpoint.former_secret] if is_former_good else [])]


def note(action: str, endpoint: FulfillmentEndpoint, **facts: Any) -> None:
    record(action=action, on=endpoint, organizer=endpoint.organizer_id, **facts)
