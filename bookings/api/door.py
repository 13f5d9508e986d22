"""`/events/{slug}/door` and the calls of scanners."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import BearerAuthentication
from accounts.api.calls import body_of
from accounts.domain.permissions import NoSuchOrganizer
from accounts.models import User
from bookings.api.authentication import AtTheDoor, DeviceAuthentication
from bookings.api.door_shapes import (
    BatchAnswer,
    CheckInAnswer,
    CheckInBody,
    DoorShape,
    FoundTickets,
    ScansBody,
    UndoBody,
    checked_in,
    found,
    scan_of,
    synced,
)
from bookings.domain.devices import door_by_id, own_door, seen
from bookings.domain.door import check_in
from bookings.domain.door_desk import look_up, undo_entry
from bookings.domain.door_sync import sync
from bookings.models import Device
from bookings.queries.door import Door
from bookings.queries.door_view import door_in_full
from events.api.organizing.calls import NoSuchEvent, NotAmongYours
from events.models import Event
from ticketing.core.api import View

HIGHEST_SEQ = 2**63 - 1
PIN = OpenApiParameter(
    "X-Door-Pin", str, OpenApiParameter.HEADER, description="The list's PIN, where it has one."
)


class DoorView(View):
    """For scanners with their token, and for people who work at this door. Others learn nothing:
    not even that the event is there."""

    authentication_classes = [DeviceAuthentication, BearerAuthentication]
    permission_classes = [AtTheDoor]

    def door(self, slug: str, device: Any = None) -> Door:
        door = self.request.auth
        if isinstance(door, Door):
            if door.slug != slug:
                raise NoSuchEvent
            if device not in {None, door.device_id}:
                raise NotAmongYours(field="device")
        else:
            door = self.door_of_person(slug, device)
        seen(door, now=timezone.now())
        return door

    def door_of_person(self, slug: str, device: Any) -> Door:
        event = Event.objects.select_related("organizer").filter(slug=slug).first()
        assert isinstance(self.request.user, User)
        try:
            own = own_door(event, by=self.request.user, now=timezone.now()) if event else None
        except NoSuchOrganizer:
            own = None
        if own is None:
            raise NoSuchEvent
        if device in {None, own.device_id}:
            return own
        is_theirs = Device.objects.filter(event=event, pk=device, revoked_at=None).exists()
        door = door_by_id(device, now=timezone.now()) if is_theirs else None
        if door is None:
            raise NotAmongYours(field="device")
        return door

    @property
    def pin(self) -> str:
        return self.request.headers.get("X-Door-Pin", "")


class CheckIns(DoorView):
    @extend_schema(request=CheckInBody, responses=CheckInAnswer)
    def post(self, request: Request, slug: str) -> Response:
        """Let the holder of a ticket in, or out. 409 says why not, and when and where the ticket
        was used; 404 `unknown_code` is no ticket of ours."""
        body = body_of(CheckInBody, request)
        outcome = check_in(self.door(slug, body.get("device")), scan_of(body, now=timezone.now()))
        return Response(checked_in(outcome))


class CheckInBatch(DoorView):
    @extend_schema(request=ScansBody, responses=BatchAnswer)
    def post(self, request: Request, slug: str) -> Response:
        """Scans that were made without a network. All are kept: the first of a ticket by corrected
        time is `admitted`, the others are a `conflict` with gate and time of the first."""
        body, now = body_of(ScansBody, request), timezone.now()
        door, time = self.door(slug, body.get("device")), body.get("device_time")
        scans = [scan_of(one, now=now) for one in body["scans"]]
        results = [synced(one) for one in sync(door, scans, device_time=time, now=now)]
        skew = round((now - time).total_seconds()) if time else door.skew_seconds
        return Response({"results": results, "server_time": now, "skew_seconds": skew})


class UndoCheckIn(DoorView):
    @extend_schema(parameters=[PIN], request=UndoBody, responses=CheckInAnswer)
    def post(self, request: Request, slug: str) -> Response:
        """Take the last entry of a ticket back. For who knows the list's PIN, where it has one."""
        body = body_of(UndoBody, request)
        outcome = undo_entry(
            self.door(slug, body.get("device")),
            body["ticket"],
            check_in_list=body.get("list"),
            nonce=body["nonce"],
            pin=self.pin,
            now=timezone.now(),
        )
        return Response(checked_in(outcome))


class SearchQuery(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100)
    list = serializers.UUIDField(required=False)


class SinceQuery(serializers.Serializer[Any]):
    since = serializers.IntegerField(min_value=0, max_value=HIGHEST_SEQ, default=0)


def query_of(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = serializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


class DoorSearch(DoorView):
    @extend_schema(parameters=[PIN, SearchQuery], responses=FoundTickets)
    def get(self, request: Request, slug: str) -> Response:
        """Valid tickets by a part of the name or by the booking's reference, at most 20."""
        door, asked = self.door(slug), query_of(SearchQuery, request)
        tickets = look_up(door, asked["q"], check_in_list=asked.get("list"), pin=self.pin)
        return Response({"results": [found(one, door) for one in tickets]})


class DoorState(DoorView):
    @extend_schema(parameters=[SinceQuery], responses=DoorShape)
    def get(self, request: Request, slug: str) -> Response:
        """What a scanner needs to go on without a network, and the totals of all gates."""
        door, asked = self.door(slug), query_of(SinceQuery, request)
        return Response(
            DoorShape(door_in_full(door, since=asked["since"], now=timezone.now())).data
        )
