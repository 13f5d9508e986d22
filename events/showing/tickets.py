"""Tickets as a page shows them: what one costs, whether it can be had, and what there is to know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from events.domain.prices import Discount, Line, compute_price
from events.enums import CodeKind, TicketKind
from events.models import Event
from events.queries.pages import EventPage, Offer
from events.showing.moments import moment_in_words
from ticketing.core.money import Money

# "Few left" begins here: a tenth of the pool, and never more than this.
FEW = 10


class State(TextChoices):
    """Whether a ticket can be had, in the words of API.md."""

    ON_SALE = "on_sale", gettext_lazy("On sale")
    FEW_LEFT = "few_left", gettext_lazy("Few left")
    ALL_HELD = "all_held", gettext_lazy("All held")
    SOLD_OUT = "sold_out", gettext_lazy("Sold out")
    NOT_YET = "not_yet", gettext_lazy("Not yet on sale")
    ENDED = "ended", gettext_lazy("Sale ended")
    PAUSED = "paused", gettext_lazy("Paused")


class Tone(StrEnum):
    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    NONE = ""


TONES = {
    State.ON_SALE: Tone.SUCCESS,
    State.FEW_LEFT: Tone.WARNING,
    State.ALL_HELD: Tone.WARNING,
    State.SOLD_OUT: Tone.ERROR,
    State.NOT_YET: Tone.INFO,
    State.ENDED: Tone.NONE,
    State.PAUSED: Tone.WARNING,
}
OPEN = {State.ON_SALE, State.FEW_LEFT}


@dataclass(frozen=True)
class ShownTicket:
    offer: Offer
    state: State
    left: int | None
    """How many remain, when they are few."""
    when: str
    """The moment that the state is about: from when, until when."""
    price: Money
    before: Money | None
    """What it costs without the code, if that is more."""
    lowest: Money | None
    """Where people pay what they want."""
    notes: list[str]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def tone(self) -> Tone:
        return TONES[self.state]

    @property
    def label(self) -> str:
        if self.state == State.FEW_LEFT and self.left is not None:
            return ngettext("%(left)d left", "%(left)d left", self.left) % {"left": self.left}
        return str(self.state.label)


def shown_tickets(
    page: EventPage, *, language: str, now: datetime, discount: Discount | None = None
) -> list[ShownTicket]:
    """What somebody sees who brings this code, in the organizer's order."""
    states = {offer.id: state_of(offer, page.event, now=now) for offer in page.ticket_types}
    opened = opened_by(discount, page.ticket_types)
    return [
        shown(offer, states[offer.id], page, language=language, discount=discount)
        for offer in page.ticket_types
        if is_shown(offer, states, opened)
    ]


def opened_by(discount: Discount | None, offers: Iterable[Offer]) -> Collection[UUID]:
    if discount is None or discount.code.kind != CodeKind.ACCESS:
        return ()
    return [offer.id for offer in offers if discount.is_for(offer.ticket_type)]


def is_shown(offer: Offer, states: dict[UUID, State], opened: Collection[UUID]) -> bool:
    ticket_type = offer.ticket_type
    if ticket_type.is_hidden and offer.id not in opened:
        return False
    awaited = ticket_type.shown_after_id
    return awaited is None or states.get(awaited, State.SOLD_OUT) == State.SOLD_OUT


def state_of(offer: Offer, event: Event, *, now: datetime) -> State:
    ticket_type, pool = offer.ticket_type, offer.pool
    is_over = event.ends_at is not None and event.ends_at <= now
    if not event.is_published or is_over or is_past(ticket_type.sale_ends_at, now):
        return State.ENDED
    if pool.free == 0:
        return State.SOLD_OUT
    if event.sales_paused_at is not None:
        return State.PAUSED
    if ticket_type.sale_starts_at and now < ticket_type.sale_starts_at:
        return State.NOT_YET
    return State.FEW_LEFT if are_few(offer) else State.ON_SALE


def is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def are_few(offer: Offer) -> bool:
    free, capacity = offer.pool.free, offer.pool.capacity
    return free is not None and capacity is not None and free <= min(FEW, capacity // 10)


def shown(
    offer: Offer, state: State, page: EventPage, *, language: str, discount: Discount | None
) -> ShownTicket:
    reduced = price_with(discount, offer, page)
    is_own_price = offer.ticket_type.kind == TicketKind.OWN_PRICE
    return ShownTicket(
        offer=reduced,
        state=state,
        left=offer.pool.free if state == State.FEW_LEFT else None,
        when=when_of(offer, state, page.event, language),
        price=reduced.price,
        before=offer.price if offer.price > reduced.price else None,
        lowest=Money(offer.ticket_type.min_price, page.event.currency) if is_own_price else None,
        notes=notes_of(reduced, language),
    )


def price_with(discount: Discount | None, offer: Offer, page: EventPage) -> Offer:
    if discount is None:
        return offer
    (line,) = compute_price([Line(offer.ticket_type, 1)], page.terms, discount).lines
    currency = page.event.currency
    return replace(
        offer,
        price=Money(line.unit_price, currency),
        tax=Money(line.tax, currency),
        fees=Money(line.fees, currency),
    )


def when_of(offer: Offer, state: State, event: Event, language: str) -> str:
    ticket_type = offer.ticket_type
    if state == State.NOT_YET and ticket_type.sale_starts_at:
        moment = moment_in_words(ticket_type.sale_starts_at, event.zone, language)
        return _("On sale from %(moment)s") % {"moment": moment}
    if state in OPEN and ticket_type.sale_ends_at:
        moment = moment_in_words(ticket_type.sale_ends_at, event.zone, language)
        return _("Sold until %(moment)s") % {"moment": moment}
    return ""


def notes_of(offer: Offer, language: str) -> list[str]:
    """What the price contains; nothing is ever added to it."""
    fees = offer.fees.format(language) if offer.fees else ""
    tax = offer.tax.format(language) if offer.tax else ""
    if fees and tax:
        return [_("contains %(fees)s fees and %(tax)s tax") % {"fees": fees, "tax": tax}]
    if fees:
        return [_("contains %(fees)s fees") % {"fees": fees}]
    return [_("contains %(tax)s tax") % {"tax": tax}] if tax else []
