from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import Organizer, User
from accounts.permissions import Permission
from events.domain.asking import apply
from events.domain.events import InvalidValue, look_over, only
from events.models import Venue
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.pages import forget_pages

CHANGEABLE = frozenset({
    "city", "country", "directions", "latitude", "longitude", "name", "postal_code", "region",
    "street", "timezone",
})  # fmt: skip


class CountryUnclear(InvalidInput):
    code = "country_unclear"
    message = _("Please give the country in two letters, as in FR or CA.")


class PointUnclear(InvalidInput):
    code = "point_unclear"
    message = _("Please give latitude and longitude both, within the earth's, or neither.")


class VenueInUse(Conflict):
    code = "venue_in_use"
    message = _("Events are at this venue, so it stays.")


@transaction.atomic
def create_venue(
    organizer: Organizer, facts: Mapping[str, Any], *, by: User, now: datetime
) -> Venue:
    require(by, Permission.EDIT_EVENTS, organizer)
    only(facts, CHANGEABLE)
    venue = Venue(organizer=organizer)
    apply(venue, facts)
    require_on_earth(venue)
    venue.save(force_insert=True)
    record(action="venues.created", by=by, on=venue, organizer=organizer.pk, after=facts, now=now)
    return venue


@transaction.atomic
def change_venue(venue: Venue, changes: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Events that are there show the new words; their own times stay."""
    require(by, Permission.EDIT_EVENTS, venue.organizer)
    only(changes, CHANGEABLE)
    before, after = apply(venue, changes)
    if not before:
        return
    require_on_earth(venue)
    venue.save()
    forget_pages(f"venue:{venue.pk}", f"organizer:{venue.organizer_id}", "events")
    record(
        action="venues.changed", by=by, on=venue, organizer=venue.organizer_id,
        before=before, after=after, now=now,
    )  # fmt: skip


@transaction.atomic
def delete_venue(venue: Venue, *, by: User, now: datetime) -> None:
    require(by, Permission.EDIT_EVENTS, venue.organizer)
    if venue.events.exists():
        raise VenueInUse
    before = {"name": venue.name}
    record(
        action="venues.deleted", by=by, on=venue, organizer=venue.organizer_id,
        before=before, now=now,
    )  # fmt: skip
    venue.delete()


def require_on_earth(venue: Venue) -> None:
    venue.country = venue.country.strip().upper()
    look_over(venue)
    if len(venue.country) != 2 or not (venue.country.isascii() and venue.country.isalpha()):
        raise CountryUnclear(field="country")
    latitude, longitude = venue.latitude, venue.longitude
    if (latitude is None) != (longitude is None):
        raise PointUnclear(field="latitude")
    if latitude is not None and longitude is not None:
        if abs(latitude) > 90:
            raise PointUnclear(field="latitude")
        if abs(longitude) > 180:
            raise PointUnclear(field="longitude")
    if not venue.name.strip():
        raise InvalidValue(field="name")
