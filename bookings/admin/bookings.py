"""Bookings: who booked what, what was written to them, and what the team can do for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.admin.scoped import person_of
from accounts.audit.admin import DayFilter
from accounts.audit.queries import differences_of
from accounts.permissions import Permission
from bookings.admin.asking import DeedAdmin
from bookings.admin.deeds import OF_A_BOOKING, further_deeds
from bookings.admin.importing import ImportPages
from bookings.admin.listing import (
    EventFilter,
    LongList,
    may_in,
    price_in_words,
    teams_with,
)
from bookings.admin.on_behalf import BookingPages
from bookings.admin.sales import SalesPages
from bookings.admin.telling import TellingPages
from bookings.domain.answer_files import link_to_answer
from bookings.domain.codes import claimed_ticket
from bookings.domain.links import booking_link
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import AnswerFile, Booking, BookingLine, Ticket
from bookings.queries.attendees import names_of_files
from bookings.queries.office import acts_on, bookings_matching, mails_about, with_entry
from events.media.domain.links import NotReadyYet
from events.models import Question

STATUS_COLOURS = {
    BookingStatus.HELD: "info",
    BookingStatus.EXPIRING: "warning",
    BookingStatus.CONFIRMED: "success",
    BookingStatus.CANCELLED: "danger",
    BookingStatus.EXPIRED: "default",
}
TICKET_COLOURS = {
    TicketStatus.RESERVED: "info",
    TicketStatus.VALID: "success",
    TicketStatus.VOID: "danger",
}
MOST_MAILS, MOST_ACTS = 50, 100


@admin.register(Booking)
class BookingAdmin(SalesPages, BookingPages, ImportPages, TellingPages, DeedAdmin, LongList):
    deeds, further_deeds = OF_A_BOOKING, further_deeds
    list_display = ("who", "reference", "event", "count", "state", "sum", "made")
    list_filter = (
        EventFilter,
        ("status", ChoicesDropdownFilter),
        ("created_at", DayFilter),
        "is_comp",
    )
    list_select_related = ("event",)
    search_fields = ("reference",)  # shows the field; `bookings_matching` says what is searched
    search_help_text = _("Reference, name, e-mail address, discount code, or a ticket's code")
    change_form_outer_after_template = "admin/bookings/booking_below.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        rows: QuerySet[Booking] = super().get_queryset(request)
        theirs = Ticket.objects.filter(booking=OuterRef("pk")).exclude(status=TicketStatus.VOID)
        counted = theirs.order_by().values("booking").annotate(n=Count("pk")).values("n")
        counts = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        return rows.annotate(ticket_count=counts, sees_money=sees_money(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Booking], search_term: str
    ) -> tuple[QuerySet[Booking], bool]:
        if not search_term.strip():
            return queryset, False
        scanned = claimed_ticket(search_term.strip())
        return bookings_matching(queryset, search_term, scanned=scanned), False

    # --- The list

    @display(description=_("buyer"), header=True)
    def who(self, booking: Booking) -> tuple[str, str]:
        return booking.buyer_name or booking.buyer_email or str(_("nobody yet")), (
            booking.buyer_email if booking.buyer_name else ""
        )

    @admin.display(description=_("tickets"))
    def count(self, booking: Any) -> int:
        return int(booking.ticket_count)

    @display(description=_("status"), label=STATUS_COLOURS)
    def state(self, booking: Booking) -> tuple[str, Any]:
        return booking.status, booking.get_status_display()

    @admin.display(description=_("total"))
    def sum(self, booking: Any) -> str:
        """Who sees no money sees no sums."""
        if booking.is_comp:
            return str(_("complimentary"))
        return price_in_words(booking.total, booking.currency) if booking.sees_money else "–"

    @admin.display(description=_("booked"))
    def made(self, booking: Booking) -> str:
        return moment(booking.created_at)

    # --- One of them

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            (
                None,
                {
                    "fields": (
                        ("reference", "status"),
                        ("event", "made"),
                        ("buyer_name", "buyer_email", "buyer_phone"),
                        ("sum", "channel", "by_whom"),
                        ("moments", "note"),
                    )
                },
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("sum", "made", "moments", "by_whom")

    @admin.display(description=_("booked by"))
    def by_whom(self, booking: Booking) -> str:
        return str(booking.booked_by) if booking.booked_by else "–"

    @admin.display(description=_("since then"))
    def moments(self, booking: Booking) -> str:
        told = (
            (_("held until %(at)s"), booking.expires_at if booking.is_held else None),
            (_("confirmed %(at)s"), booking.confirmed_at),
            (_("cancelled %(at)s"), booking.cancelled_at),
            (_("run out %(at)s"), booking.expired_at),
        )
        return " · ".join(str(words) % {"at": moment(at)} for words, at in told if at) or "–"

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        booking: Booking = row
        rows = Ticket.objects.filter(booking=booking).select_related("line", "booking")
        tickets = list(with_entry(rows).order_by("number"))
        may_act = self.may_act(request, booking)
        may_see_acts = may_in(Permission.SEE_AUDIT, request, booking.organizer_id)
        acts = acts_on(booking, tickets)[:MOST_ACTS] if may_see_acts else []
        return {
            **super().page(request, booking),
            "booking": booking,
            "tickets": tickets,
            "lines": self.lines(booking),
            "answers": answers_of(booking, tickets),
            "mails": list(mails_about(booking, tickets)[:MOST_MAILS]),
            "acts": [(act, differences_of(act)) for act in acts],
            "may_see_acts": may_see_acts,
            "link": booking_link(booking) if may_act else "",
        }

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path(
            "<path:object_id>/files/<uuid:file>/",
            wrap(self.file_view),
            name="bookings_booking_file",
        )
        theirs: list[URLPattern] = super().get_urls()
        return [own, *theirs]

    def file_view(self, request: HttpRequest, object_id: str, file: UUID) -> HttpResponse:
        """To the file that answers a question, by a link that is good for some minutes."""
        booking = self.get_object(request, object_id)
        if booking is None:
            raise Http404
        try:
            link = link_to_answer(booking, file, by=person_of(request), now=timezone.now())
        except NotReadyYet as error:
            messages.warning(request, str(error))
            return redirect(self.address_of(booking))
        if link is None:
            raise Http404
        return redirect(link.address)

    def lines(self, booking: Any) -> list[dict[str, Any]]:
        money = {"sees_money": booking.sees_money}
        return [
            {
                "line": line,
                **money,
                "each": price_in_words(line.unit_price, booking.currency),
                "total": price_in_words(line.total, booking.currency),
            }
            for line in BookingLine.objects.filter(booking=booking).order_by("position")
        ]


def sees_money(request: HttpRequest) -> Any:
    teams = teams_with(Permission.SEE_MONEY, request)
    if teams is None:
        return Value(value=True)
    return Case(When(organizer__in=teams, then=Value(value=True)), default=Value(value=False))


@dataclass(frozen=True)
class ShownAnswer:
    whose: str
    label: str
    text: str
    file: str = ""
    """The id of the file that answers, by which its page leads to it."""


def answers_of(booking: Booking, tickets: Sequence[Ticket]) -> list[ShownAnswer]:
    """Those to questions that were withdrawn too."""
    asked = dict(Question.objects.filter(event=booking.event_id).values_list("pk", "label"))
    labels = {str(key): label for key, label in asked.items()}
    given = [("", booking.answers), *((one.serial, one.answers) for one in tickets)]
    if not any(answers for _whose, answers in given):
        return []
    files = names_of_files(AnswerFile.objects.filter(booking=booking))
    return [
        ShownAnswer(
            whose,
            labels[key],
            in_one_line(files.get(answer, answer) if isinstance(answer, str) else answer),
            file=answer if isinstance(answer, str) and answer in files else "",
        )
        for whose, answers in given
        for key, answer in answers.items()
        if key in labels
    ]


def in_one_line(answer: Any) -> str:
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
