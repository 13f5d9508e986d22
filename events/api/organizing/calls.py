"""What the calls of an organizer's team share: which event, whose, and what a value looks like."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.calls import PersonView
from accounts.domain.permissions import NoSuchOrganizer, may, require
from accounts.models import Organizer, User
from accounts.permissions import Permission
from events.models import Event
from events.rules import HIGHEST_PRICE
from ticketing.core.errors import InvalidInput, NotThere

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST_NAMED = 200
HIGHEST_POSITION = 32_767


class NoSuchEvent(NotThere):
    code = "not_found"
    message = _("This event is not here, or not yours to change.")


class NoSuchRow(NotThere):
    code = "not_found"
    message = _("There is nothing with this id here.")


class NotAmongYours(InvalidInput):
    code = "not_among_yours"
    message = _("There is no such one among yours.")


class TeamView(PersonView):
    """For an event's team. Who is not in it learns nothing: not even that the event is there."""

    def event(self, slug: str, needs: Permission = Permission.EDIT_EVENTS) -> Event:
        events = Event.objects.select_related("organizer", "category", "venue")
        event = events.filter(slug=slug).first()
        if event is None:
            raise NoSuchEvent
        try:
            require(self.person, needs, event.organizer)
        except NoSuchOrganizer:
            raise NoSuchEvent from None
        return event

    def permissions_in(self, organizer: Organizer, *asked: Permission) -> dict[str, Any]:
        return permissions_of(self.person, organizer, *asked)


def permissions_of(person: User, organizer: Organizer, *asked: Permission) -> dict[str, Any]:
    """For serializers with fields that not every role sees."""
    return {"may": {one for one in asked if may(person, one, organizer)}}


class OrganizerView(PersonView):
    """For an organizer's team, by its name in the address."""

    def organizer(self, slug: str, needs: Permission = Permission.EDIT_EVENTS) -> Organizer:
        organizer = Organizer.objects.filter(slug=slug).first()
        if organizer is None:
            raise NoSuchOrganizer
        require(self.person, needs, organizer)
        return organizer


class ForRoles(serializers.Serializer[Any]):
    """Leaves out the fields that the role of who asks does not see."""

    seen_with: dict[str, Permission] = {}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        allowed = self.context["may"]
        for field, permission in self.seen_with.items():
            if permission not in allowed:
                del shown[field]
        return dict(shown)


class Moment(serializers.DateTimeField):
    """RFC 3339 with an offset: without one nobody knows when it is."""

    default_error_messages = {
        "no_offset": _("Please give the offset too, as in 2027-03-05T20:00:00+01:00."),
        "out_of_range": _("Please check the year."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_offset")
        if not EARLIEST <= value < LATEST:
            self.fail("out_of_range")
        return super().enforce_timezone(value)


class MinorUnits(serializers.IntegerField):
    """Money: whole units of the currency's smallest."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=HIGHEST_PRICE, **kwargs)


class Position(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, max_value=HIGHEST_POSITION)


class Ids(serializers.ListField):
    child = serializers.UUIDField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=MOST_NAMED, **kwargs)


def one_of[Row: Model](rows: QuerySet[Row], key: UUID | None, *, field: str) -> Row | None:
    """What a field of the body names; None stays None."""
    if key is None:
        return None
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotAmongYours(field=field)
    return row


def all_of[Row: Model](rows: QuerySet[Row], keys: Collection[UUID], *, field: str) -> list[Row]:
    found = list(rows.filter(pk__in=keys))
    if len(found) < len(set(keys)):
        raise NotAmongYours(field=field)
    return found


def row_of[Row: Model](rows: QuerySet[Row], key: UUID | int) -> Row:
    """What the address names."""
    row = rows.filter(pk=key).first()
    if row is None:
        raise NoSuchRow
    return row


def no_content() -> Response:
    return Response(status=204)
