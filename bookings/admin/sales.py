"""How an event sells, live: a page that looks again by itself, a card on the front page, and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.permissions import Permission
from bookings.admin.listing import events_of_teams, links_of, may_in, price_in_words, teams_with
from bookings.domain.cancelling import bookings_to_end
from bookings.domain.exports import begin_export
from bookings.queries.figures import Figures, figures_of, funnel_lately, in_short
from bookings.queries.within import CameIn, Funnel, Sold
from bookings.showing.answers import csv_answer, xlsx_answer
from bookings.showing.exporting import export_rows
from events.admin.listing import when_in_words
from events.enums import OPEN_STATUSES
from events.models import Event
from ticketing.core.dashboard import Card, Line, chart

SHOWN = 6


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    share: int
    """Of the longest, in percent."""


class SalesPages(ModelAdmin):
    """What the admin of bookings has beside its rows: pages of one event."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("sales/", wrap(self.card_view), name="bookings_booking_card"),
            path("sales/<uuid:event>/", wrap(self.sales_view), name="bookings_booking_sales"),
            path(
                "sales/<uuid:event>/figures/",
                wrap(self.figures_view),
                name="bookings_booking_figures",
            ),
            path(
                "sales/<uuid:event>/attendees.<str:kind>",
                wrap(self.export_view),
                name="bookings_booking_export",
            ),
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def event_for(self, request: HttpRequest, event: UUID) -> Event:
        """Of a team whose bookings one sees; else it is not there, or not theirs to see."""
        found = events_of_teams(Permission.SEE_BOOKINGS, request).filter(pk=event)
        if row := found.select_related("organizer", "venue").first():
            return row
        if events_of_teams(Permission.WORK_AT_THE_DOOR, request).filter(pk=event).exists():
            raise PermissionDenied
        raise Http404

    def sales_view(self, request: HttpRequest, event: UUID) -> HttpResponse:
        row = self.event_for(request, event)
        context = {
            **self.admin_site.each_context(request),
            **shown(request, row),
            "opts": self.opts,
            "title": _("Sales"),
            "subtitle": row.title,
            "links": [*links_to(request, row), *links_of(request, row)],
        }
        return TemplateResponse(request, "admin/bookings/sales.html", context)

    def figures_view(self, request: HttpRequest, event: UUID) -> HttpResponse:
        """The part that is looked at again."""
        context = shown(request, self.event_for(request, event))
        return TemplateResponse(request, "admin/bookings/figures.html", context)

    def card_view(self, request: HttpRequest) -> HttpResponse:
        return TemplateResponse(request, "admin/bookings/sales_card.html", card_facts(request))

    def export_view(self, request: HttpRequest, event: UUID, kind: str) -> HttpResponseBase:
        if kind not in {"csv", "xlsx"}:
            raise Http404
        row = self.event_for(request, event)
        sees_money = begin_export(row, kind=kind, by=person_of(request), now=timezone.now())
        rows = export_rows(row, sees_money=sees_money)
        return csv_answer(row, rows) if kind == "csv" else xlsx_answer(row, rows)


def page_of(name: str, event: Event, **more: Any) -> str:
    return reverse(f"admin:bookings_booking_{name}", kwargs={"event": event.pk, **more})


def sales_address(request: HttpRequest, event: Event) -> str | None:
    may_see = may_in(Permission.SEE_BOOKINGS, request, event.organizer_id)
    return page_of("sales", event) if may_see else None


def links_to(request: HttpRequest, event: Event) -> list[tuple[Any, str]]:
    chosen = f"?event={event.pk}"
    links = [
        (_("Bookings"), reverse("admin:bookings_booking_changelist") + chosen),
        (_("Tickets"), reverse("admin:bookings_ticket_changelist") + chosen),
        (_("Attendees as CSV"), page_of("export", event, kind="csv")),
        (_("Attendees as XLSX"), page_of("export", event, kind="xlsx")),
    ]
    if may_in(Permission.EDIT_BOOKINGS, request, event.organizer_id):
        links.append((_("Book for somebody"), page_of("book", event)))
        links.append((_("Import bookings"), page_of("import", event)))
        links.append((_("Write to attendees"), page_of("tell", event)))
    return links


def shown(request: HttpRequest, event: Event) -> dict[str, Any]:
    figures = figures_of(event, now=timezone.now())
    return {
        "event": event,
        "when": when_in_words(event, with_zone=True),
        "figures": figures,
        "sees_money": may_in(Permission.SEE_MONEY, request, event.organizer_id),
        "revenue": price_in_words(figures.revenue, figures.currency),
        "types": types_of(figures),
        "by_hour": sold_bars(figures.by_hour, event, "H:i"),
        "by_day": sold_bars(figures.by_day, event, "D j N"),
        "check_ins": came_in_bars(figures.check_ins, event),
        "funnel": steps_of(figures.funnel),
        "address": page_of("figures", event),
        "to_end": bookings_to_end(event.pk).count() if event.cancelled_at else 0,
    }


def types_of(figures: Figures) -> list[tuple[Any, str]]:
    return [(one, price_in_words(one.revenue, figures.currency)) for one in figures.types]


def sold_bars(sold: Sequence[Sold], event: Event, words: str) -> list[Bar]:
    return bars([(one.at, one.tickets) for one in sold], event, words)


def came_in_bars(entries: Sequence[CameIn], event: Event) -> list[Bar]:
    return bars([(one.at, one.count) for one in entries], event, "D H:i")


def bars(values: Sequence[tuple[datetime, int]], event: Event, words: str) -> list[Bar]:
    most = max((value for _at, value in values), default=0) or 1
    return [
        Bar(date_format(at.astimezone(event.zone), words), value, round(100 * value / most))
        for at, value in values
    ]


# --- The front page ----------------------------------------------------------------------------


def sales_card(request: HttpRequest) -> Card | None:
    if Permission.SEE_BOOKINGS not in permissions_somewhere(request):
        return None
    return Card(_("Sales now"), "admin/bookings/sales_card.html", card_facts(request))


def card_facts(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    events = events_of_teams(Permission.SEE_BOOKINGS, request)
    coming = Q(ends_at__gt=now) | Q(ends_at=None, starts_at__gt=now)
    rows = events.filter(coming, status__in=OPEN_STATUSES, published_at__isnull=False)
    soonest = list(rows.order_by("starts_at", "pk")[:SHOWN])
    figures = in_short([one.pk for one in soonest], now=now)
    return {
        "rows": [(one, figures[one.pk], page_of("sales", one)) for one in soonest],
        "card_address": reverse("admin:bookings_booking_card"),
        "as_of": now,
    }


def funnel_card(request: HttpRequest) -> Card | None:
    """Of all one's events together; that of one stands with its sales."""
    if Permission.SEE_BOOKINGS not in permissions_somewhere(request):
        return None
    teams = teams_with(Permission.SEE_BOOKINGS, request)
    return funnel_chart(
        _("From looking to coming, in the last 30 days"),
        funnel_lately(teams, now=timezone.now()),
    )


def funnel_chart(title: Any, found: Funnel) -> Card:
    steps = [] if found.is_empty else steps_of(found)
    counts = [count for _name, count in steps]
    return chart(
        title,
        [name for name, _count in steps],
        [
            Line(_("people and bookings"), counts),
            Line(_("of the step before"), shares_of(counts), is_drawn=False),
        ],
        kind="lying",
        empty=_("As soon as somebody looks at an event, this shows how far they go."),
    )


def shares_of(counts: Sequence[int]) -> list[str]:
    """Of the first there is no share, nor of nothing."""
    words = _("%(percent)s %%")
    shares = [
        words % {"percent": round(100 * now / before)} if before else "–"
        for before, now in pairwise(counts)
    ]
    return ["", *shares] if counts else []


def steps_of(found: Funnel) -> list[tuple[str, int]]:
    return [
        (_("looked at"), found.views),
        (_("went to the tickets"), found.went_to_tickets),
        (_("held places"), found.begun),
        (_("confirmed"), found.confirmed),
    ]
