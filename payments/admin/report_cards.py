"""What a report shows: cards with charts and tables, and the same as rows for spreadsheets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import TruncDay, TruncHour
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organizer
from bookings.admin.listing import price_in_words
from bookings.admin.sales import funnel_chart, steps_of
from bookings.queries.within import (
    CameIn,
    Funnel,
    Period,
    Sold,
    SoldOf,
    came_in_by,
    funnel_of,
    sold_by,
    sold_by_event,
    sold_by_type,
)
from bookings.showing.exporting import Cell
from events.admin.cards import short
from events.models import Event
from payments.admin.asking import shown
from payments.domain.takings import Takings, takings_of
from ticketing.core.dashboard import Card, Line, chart
from ticketing.core.money import Money

BETWEEN = " · "
# Of more days than these the bars would be hairs: then each stands for a week.
MOST_DAYS = 92


@dataclass(frozen=True)
class Report:
    period: Period
    is_of_event: bool
    sees_money: bool
    by_day: Sequence[Sold]
    by_part: Sequence[SoldOf]
    """By event, or by type of tickets."""
    came_in: Sequence[CameIn]
    funnel: Funnel
    takings: Sequence[Takings]
    """Nothing for who sees no money."""

    @property
    def is_empty(self) -> bool:
        found = self.by_day or self.came_in or self.takings
        return not found and self.funnel.is_empty

    @property
    def tickets(self) -> int:
        return sum(one.tickets for one in self.by_day)

    @property
    def bookings(self) -> int:
        return sum(one.bookings for one in self.by_day)

    @property
    def people(self) -> int:
        return sum(one.count for one in self.came_in)

    @property
    def revenue(self) -> str:
        return sums_of(self.by_day) or "–"


def report_of_organizer(organizer: Organizer, period: Period, *, sees_money: bool) -> Report:
    of, entries = Q(organizer=organizer), Q(posting__organizer=organizer)
    return Report(
        is_of_event=False,
        by_part=sold_by_event(of, period),
        came_in=came_in_by(TruncDay, of, period),
        **common_to_all(of, entries, period, sees_money=sees_money),
    )


def report_of_event(event: Event, period: Period, *, sees_money: bool) -> Report:
    of, entries = Q(event=event), Q(posting__payment__booking__event=event)
    return Report(
        is_of_event=True,
        by_part=sold_by_type(of, period),
        came_in=came_in_by(TruncHour, of, period),
        **common_to_all(of, entries, period, sees_money=sees_money),
    )


def common_to_all(of: Q, entries: Q, period: Period, *, sees_money: bool) -> dict[str, Any]:
    return {
        "period": period,
        "sees_money": sees_money,
        "by_day": sold_by(TruncDay, of, period),
        "funnel": funnel_of(of, period),
        "takings": takings_of(entries, period) if sees_money else [],
    }


def sums_of(sold: Sequence[Sold | SoldOf]) -> str:
    """Currencies stand side by side and are never added up."""
    sums: dict[str, int] = {}
    for one in sold:
        sums[one.currency] = sums.get(one.currency, 0) + one.revenue
    return BETWEEN.join(price_in_words(minor, code) for code, minor in sorted(sums.items()))


# --- As cards ----------------------------------------------------------------------------------


def cards_of(report: Report) -> list[Card]:
    funnel = funnel_chart(_("From looking to coming"), report.funnel).but(has_open_table=True)
    sold = sold_card(report.by_day, report.period, sees_money=report.sees_money)
    cards = [
        sold.but(width="full"),
        money_card(report),
        parts_card(report),
        funnel,
        came_in_card(report),
    ]
    return [card for card in cards if card is not None]


def sold_card(
    by_day: Sequence[Sold], period: Period, *, title: Any = None, sees_money: bool = False
) -> Card:
    days = days_of(period) if by_day else []
    step = 1 if len(days) <= MOST_DAYS else 7
    on: dict[date, list[Sold]] = {day: [] for day in days[::step]}
    for one in by_day:
        on[days[(one.at.date() - days[0]).days // step * step]].append(one)
    lines = [
        Line(_("tickets"), [sum(one.tickets for one in each) for each in on.values()]),
        Line(
            _("bookings"),
            [sum(one.bookings for one in each) for each in on.values()],
            is_drawn=False,
        ),
    ]
    if sees_money:
        lines.append(Line(_("revenue"), [sums_of(each) for each in on.values()], is_drawn=False))
    return chart(
        title or (_("Tickets sold by the day") if step == 1 else _("Tickets sold by the week")),
        [short(day) for day in on],
        lines,
        empty=_("No tickets were sold in this time."),
    )


def days_of(period: Period) -> list[date]:
    first, last = period.first_day, period.last_day
    assert first is not None
    assert last is not None
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def money_card(report: Report) -> Card | None:
    if not report.sees_money:
        return None
    rows = [(name, [shown(one) for one in sums]) for name, sums in money_rows(report.takings)]
    codes = [one.net.currency for one in report.takings]
    facts = {"currencies": codes, "rows": rows}
    return Card(_("Money"), "admin/payments/report_money.html", facts)


def money_rows(takings: Sequence[Takings]) -> list[tuple[str, list[Money]]]:
    """What was taken and what went from it, down to what is left; a column for each currency."""
    rows = [
        (_("paid for tickets"), [one.taken for one in takings]),
        (_("given back"), [-one.given_back for one in takings]),
        (_("lost in disputes"), [-one.disputed for one in takings]),
        (_("fees of the platform"), [-one.fees for one in takings]),
        (_("tax"), [-one.tax for one in takings]),
        (_("yours"), [one.net for one in takings]),
        (_("fees of gateways"), [one.gateway_fees for one in takings]),
    ]
    always = {_("paid for tickets"), _("given back"), _("yours")}
    return [(name, sums) for name, sums in rows if name in always or any(sums)]


def parts_card(report: Report) -> Card:
    facts = {
        "rows": [(one, sums_of([one])) for one in report.by_part],
        "is_of_event": report.is_of_event,
        "sees_money": report.sees_money,
        "period": report.period,
    }
    return Card(parts_title(report), "admin/payments/report_parts.html", facts)


def parts_title(report: Report) -> str:
    return _("By ticket type") if report.is_of_event else _("By event")


def came_in_card(report: Report) -> Card:
    labels = [when_of(report, one.at) for one in report.came_in]
    return chart(
        _("At the door"),
        labels,
        [Line(_("came in"), [one.count for one in report.came_in])],
        empty=_("Nobody came in in this time."),
    ).but(has_open_table=True)


def when_of(report: Report, at: datetime) -> str:
    there = at.astimezone(report.period.zone)
    day = short(there.date())
    return f"{day} {date_format(there, 'H:i')}" if report.is_of_event else day


# --- As rows -----------------------------------------------------------------------------------


def rows_of(report: Report) -> Iterator[list[Cell]]:
    """One table for all of it, so that a spreadsheet can sort and sum it."""
    yield [_("Part"), _("Of what"), _("When"), _("Currency"), _("Number"), _("Amount")]
    days, parts = _("Tickets sold by the day"), parts_title(report)
    for one in report.by_day:
        at = one.at.date().isoformat()
        yield [days, "", at, one.currency, one.tickets, worth(report, one)]
    for part in report.by_part:
        yield [parts, part.name, "", part.currency, part.tickets, worth(report, part)]
    for entry in report.came_in:
        at = entry.at.astimezone(report.period.zone).replace(tzinfo=None).isoformat(" ", "minutes")
        yield [_("At the door"), "", at, "", entry.count, ""]
    for name, count in steps_of(report.funnel):
        yield [_("From looking to coming"), name, "", "", count, ""]
    for name, sums in money_rows(report.takings):
        for money in sums:
            yield [_("Money"), name, "", money.currency, "", money.amount]


def worth(report: Report, one: Sold | SoldOf) -> Cell:
    return Money(one.revenue, one.currency).amount if report.sees_money else ""
