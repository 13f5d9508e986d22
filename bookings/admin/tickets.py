"""Tickets, and with them who comes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.audit.admin import DayFilter
from bookings.admin.asking import DeedAdmin
from bookings.admin.bookings import TICKET_COLOURS, moment
from bookings.admin.deeds import OF_A_TICKET
from bookings.admin.listing import CameInFilter, EventFilter, LongList, TicketTypeFilter
from bookings.domain.codes import claimed_ticket
from bookings.models import Ticket
from bookings.queries.office import tickets_matching, with_entry


@admin.register(Ticket)
class TicketAdmin(DeedAdmin, LongList):
    deeds = OF_A_TICKET
    list_display = ("who", "number_of_it", "event", "type", "state", "came_in", "booked")
    list_filter = (
        EventFilter,
        TicketTypeFilter,
        ("status", ChoicesDropdownFilter),
        CameInFilter,
        ("booking__created_at", DayFilter),
    )
    list_select_related = ("event", "booking", "line")
    search_fields = ("attendee_name",)  # shows the field; `tickets_matching` says what is searched
    search_help_text = _("Name, e-mail address, number of the ticket, or its whole code")
    fields = (
        ("number_of_it", "status"),
        ("event", "type"),
        ("attendee_name", "attendee_email"),
        ("came_in", "of_booking"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        rows: QuerySet[Ticket] = super().get_queryset(request)
        return with_entry(rows.select_related("event", "booking", "line"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        if not search_term.strip():
            return queryset, False
        scanned = claimed_ticket(search_term.strip())
        return tickets_matching(queryset, search_term, scanned=scanned), False

    @display(description=_("who comes"), header=True)
    def who(self, ticket: Ticket) -> tuple[str, str]:
        booking = ticket.booking
        name = ticket.attendee_name or booking.buyer_name or booking.buyer_email
        return name or str(_("nobody yet")), ticket.attendee_email

    @admin.display(description=_("ticket"))
    def number_of_it(self, ticket: Ticket) -> str:
        return ticket.serial

    @admin.display(description=_("ticket type"))
    def type(self, ticket: Ticket) -> str:
        return ticket.line.name

    @display(description=_("status"), label=TICKET_COLOURS)
    def state(self, ticket: Ticket) -> tuple[str, Any]:
        return ticket.status, ticket.get_status_display()

    @admin.display(description=_("came in"))
    def came_in(self, ticket: Any) -> str:
        return moment(ticket.came_in_at) if ticket.came_in_at else "–"

    @admin.display(description=_("booked"))
    def booked(self, ticket: Ticket) -> str:
        return moment(ticket.booking.created_at)

    @admin.display(description=_("booking"))
    def of_booking(self, ticket: Ticket) -> str:
        address = reverse("admin:bookings_booking_change", args=[ticket.booking_id])
        return format_html('<a href="{}">{}</a>', address, ticket.booking.reference)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("number_of_it", "type", "came_in", "of_booking")
