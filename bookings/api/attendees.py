"""`/events/{slug}/attendees`: who comes, as a list and as files; and `/report`, how it goes."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from bookings.api.tickets import FileRenderer
from bookings.domain.answer_files import texts
from bookings.domain.exports import begin_export
from bookings.enums import Attendees, TicketStatus
from bookings.models import AnswerFile, Ticket
from bookings.queries.attendees import Which, attendees_of
from bookings.queries.figures import figures_of
from bookings.showing.answers import csv_answer, xlsx_answer
from bookings.showing.exporting import XLSX, export_rows
from events.api.organizing.calls import ForRoles, TeamView
from events.media.domain.links import short_link
from events.models import Event
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema

LONGEST_SEARCH = 200


class WhichAttendees(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Attendees.choices, default=Attendees.VALID)
    ticket_type = serializers.UUIDField(required=False)
    checked_in = serializers.BooleanField(required=False, allow_null=True, default=None)
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_SEARCH,
        help_text="A name, an address, or a ticket's number.",
    )


class FileShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    link = serializers.CharField(allow_null=True, help_text="Good for ten minutes.")
    expires_at = serializers.DateTimeField(allow_null=True)


def file_shown(file: AnswerFile) -> dict[str, Any]:
    """Who reads the list may read its files; those that were not looked into yet have no link."""
    link = short_link(file.file, now=timezone.now()) if file.file.is_ready else None
    return {
        "name": file.file.filename,
        "link": link and link.address,
        "expires_at": link and link.expires_at,
    }


class WhoComesShape(ForRoles):
    """A ticket with who comes with it. Sums are there for who may see them."""

    seen_with = {"price": Permission.SEE_MONEY, "tax": Permission.SEE_MONEY}

    id = serializers.UUIDField(source="pk")
    serial = serializers.CharField()
    reference = serializers.CharField(source="booking.reference")
    status = serializers.ChoiceField(TicketStatus.choices)
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    ticket_type_name = serializers.CharField(source="line.name")
    name = serializers.CharField(source="attendee_name")
    email = serializers.CharField(source="attendee_email")
    buyer_name = serializers.CharField(source="booking.buyer_name")
    buyer_email = serializers.CharField(source="booking.buyer_email")
    answers = serializers.DictField(help_text="By the question's id; those of the booking too.")
    files = serializers.SerializerMethodField(
        help_text="Those that answer questions, by the ids that stand there as answers."
    )
    booked_at = serializers.DateTimeField(source="booking.created_at")
    checked_in_at = serializers.DateTimeField(source="came_in_at", allow_null=True)
    is_comp = serializers.BooleanField(source="booking.is_comp")
    code = serializers.CharField(source="booking.code.code", default=None, allow_null=True)
    currency = serializers.CharField(source="booking.currency")
    price = serializers.IntegerField(
        source="line.unit_price", required=False, help_text="All in; for who sees sums."
    )
    tax = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=FileShape()))
    def get_files(self, ticket: Ticket) -> dict[str, Any]:
        """Which of the booking's files this ticket, or the booking as a whole, answers with."""
        given = {*texts(ticket.booking.answers), *texts(ticket.answers)}
        files = ticket.booking.answer_files.all()
        return {str(one.pk): file_shown(one) for one in files if str(one.pk) in given}

    def get_tax(self, ticket: Ticket) -> int:
        return ticket.line.tax // ticket.line.quantity

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return {**shown, "answers": {**instance.booking.answers, **instance.answers}}


def which_of(request: Request) -> Which:
    given = WhichAttendees(data=request.query_params)
    given.is_valid(raise_exception=True)
    wanted = given.validated_data
    status = wanted["status"]
    return Which(
        status=None if status == Attendees.ALL else TicketStatus(status),
        ticket_type=wanted.get("ticket_type"),
        has_come_in=wanted["checked_in"],
        words=wanted.get("q", ""),
    )


class AttendeeList(TeamView):
    @extend_schema(
        operation_id="events_attendees_list",
        parameters=[WhichAttendees, *PAGE_PARAMETERS],
        responses=page_schema(WhoComesShape),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Who comes, in the order in which they booked."""
        event, which = self.event(slug, Permission.SEE_BOOKINGS), which_of(request)
        context = self.permissions_in(event.organizer, Permission.SEE_MONEY)
        rows = attendees_of(event, which).prefetch_related("booking__answer_files__file")
        return page_of(rows, request, WhoComesShape, ordering=("id",), context=context)


class CSVRenderer(FileRenderer):
    media_type = "text/csv"


class XLSXRenderer(FileRenderer):
    media_type = XLSX


class ExportView(TeamView):
    def begin(self, request: Request, slug: str, kind: str) -> tuple[Event, Any]:
        event = self.event(slug, Permission.SEE_BOOKINGS)
        which = which_of(request)
        sees_money = begin_export(event, kind=kind, by=self.person, now=timezone.now())
        return event, export_rows(event, which, sees_money=sees_money)


@extend_schema(parameters=[WhichAttendees], responses={(200, "text/csv"): OpenApiTypes.STR})
class AttendeesCSV(ExportView):
    renderer_classes = [CSVRenderer, JSONRenderer]

    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """The same as a file for spreadsheets. What begins like a formula has an apostrophe."""
        return csv_answer(*self.begin(request, slug, "csv"))


@extend_schema(parameters=[WhichAttendees], responses={(200, XLSX): OpenApiTypes.BINARY})
class AttendeesXLSX(ExportView):
    renderer_classes = [XLSXRenderer, JSONRenderer]

    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """The same as a workbook, in which every text is a text."""
        return xlsx_answer(*self.begin(request, slug, "xlsx"))


# --- The report --------------------------------------------------------------------------------


class TypeShape(ForRoles):
    seen_with = {"revenue": Permission.SEE_MONEY}

    id = serializers.UUIDField()
    name = serializers.CharField()
    sold = serializers.IntegerField()
    held = serializers.IntegerField()
    complimentary = serializers.IntegerField()
    revenue = serializers.IntegerField(required=False, help_text="For who sees sums.")


class PoolShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)
    taken = serializers.IntegerField()
    free = serializers.IntegerField(allow_null=True)


class SoldShape(ForRoles):
    seen_with = {"revenue": Permission.SEE_MONEY}

    at = serializers.DateTimeField()
    bookings = serializers.IntegerField()
    tickets = serializers.IntegerField()
    revenue = serializers.IntegerField(required=False, help_text="For who sees sums.")


class CameInShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    count = serializers.IntegerField()


class FunnelShape(serializers.Serializer[Any]):
    views = serializers.IntegerField()
    went_to_tickets = serializers.IntegerField()
    begun = serializers.IntegerField()
    confirmed = serializers.IntegerField()


class ReportShape(ForRoles):
    seen_with = {"revenue": Permission.SEE_MONEY}

    as_of = serializers.DateTimeField()
    currency = serializers.CharField()
    sold = serializers.IntegerField()
    held = serializers.IntegerField()
    came_in = serializers.IntegerField()
    revenue = serializers.IntegerField(required=False, help_text="For who sees sums.")
    ticket_types = TypeShape(many=True, source="types")
    pools = PoolShape(many=True)
    by_day = SoldShape(many=True, help_text="Of the last 90 days, on the event's clock.")
    by_hour = SoldShape(many=True, help_text="Of the last 48 hours.")
    check_ins = CameInShape(many=True, help_text="By the hour.")
    funnel = FunnelShape()


class EventReport(TeamView):
    @extend_schema(responses=ReportShape)
    def get(self, request: Request, slug: str) -> Response:
        """How the event sells and fills, at this moment."""
        event = self.event(slug, Permission.SEE_BOOKINGS)
        context = self.permissions_in(event.organizer, Permission.SEE_MONEY)
        return Response(ReportShape(figures_of(event, now=timezone.now()), context=context).data)
