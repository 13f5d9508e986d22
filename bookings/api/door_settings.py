"""`/events/{slug}/devices` and `/events/{slug}/check-in-lists`: the door as the team sets it up."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from bookings.api.door_shapes import (
    ListBody,
    ListShape,
    NewListBody,
    NewScannerShape,
    ScannerBody,
    ScannerShape,
)
from bookings.domain.devices import (
    change_list,
    create_list,
    device_link,
    register_device,
    revoke_device,
    withdraw_list,
)
from bookings.models import Device
from bookings.queries.door import lists_of
from events.api.organizing.calls import TeamView, all_of, no_content, row_of
from events.models import Event, TicketType
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


def devices_of(event: Event) -> QuerySet[Device]:
    return Device.objects.filter(event=event).prefetch_related("works_for")


class Devices(TeamView):
    @extend_schema(
        operation_id="events_devices_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(ScannerShape),
    )
    def get(self, request: Request, slug: str) -> Response:
        event = self.event(slug, Permission.EDIT_EVENTS)
        return page_of(devices_of(event), request, ScannerShape, ordering=("id",))

    @extend_schema(request=ScannerBody, responses={201: NewScannerShape})
    def post(self, request: Request, slug: str) -> Response:
        """A scanner. Its token is told this once and opens this event's door and nothing else."""
        event, body = self.event(slug), body_of(ScannerBody, request)
        lists = all_of(lists_of(event), body.pop("lists", []), field="lists")
        device, token = register_device(
            event, **body, lists=lists, by=self.person, now=timezone.now()
        )
        shown = ScannerShape(devices_of(event).get(pk=device.pk)).data
        told = {**shown, "token": token, "link": device_link(event, token)}
        return Response(told, status=status.HTTP_201_CREATED)


class OneDevice(TeamView):
    @extend_schema(responses=ScannerShape)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        return Response(ScannerShape(row_of(devices_of(self.event(slug)), row)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """Its token opens nothing any more."""
        device = row_of(devices_of(self.event(slug)), row)
        revoke_device(device, by=self.person, now=timezone.now())
        return no_content()


def types_of(event: Event) -> QuerySet[TicketType]:
    return TicketType.objects.filter(event=event)


class CheckInLists(TeamView):
    @extend_schema(
        operation_id="events_check_in_lists_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(ListShape),
    )
    def get(self, request: Request, slug: str) -> Response:
        event = self.event(slug, Permission.WORK_AT_THE_DOOR)
        return page_of(lists_of(event), request, ListShape, ordering=("id",))

    @extend_schema(request=NewListBody, responses={201: ListShape})
    def post(self, request: Request, slug: str) -> Response:
        """Who is let in where, when, and how often."""
        event, body = self.event(slug), body_of(NewListBody, request)
        types = all_of(types_of(event), body.pop("ticket_types", []), field="ticket_types")
        row = create_list(event, body, ticket_types=types, by=self.person, now=timezone.now())
        shown = ListShape(row_of(lists_of(event), row.pk)).data
        return Response(shown, status=status.HTTP_201_CREATED)


class OneCheckInList(TeamView):
    @extend_schema(responses=ListShape)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        event = self.event(slug, Permission.WORK_AT_THE_DOOR)
        return Response(ListShape(row_of(lists_of(event), row)).data)

    @extend_schema(request=ListBody, responses=ListShape)
    def patch(self, request: Request, slug: str, row: UUID) -> Response:
        """Entries that were made stay."""
        event, body = self.event(slug), body_of(ListBody, request)
        changed, types = row_of(lists_of(event), row), body.pop("ticket_types", None)
        if types is not None:
            types = all_of(types_of(event), types, field="ticket_types")
        change_list(changed, body, ticket_types=types, by=self.person, now=timezone.now())
        return Response(ListShape(row_of(lists_of(event), row)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """Nobody is let in by it any more; what was written at it stays."""
        gone = row_of(lists_of(self.event(slug)), row)
        withdraw_list(gone, by=self.person, now=timezone.now())
        return no_content()
