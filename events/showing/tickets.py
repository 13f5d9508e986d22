"""Tickets as a page shows them: what one costs, whether it can be had, and what there is to know."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.domain.offers import OnOffer, on_offer
from events.domain.prices import Discount, Line, compute_price
from events.enums import BUYABLE, OfferState, TicketKind
from events.models import Event
from events.queries.pages import EventPage, Offer
from events.showing.moments import moment_in_words
from events.showing.other_money import OtherMoney
from ticketing.core.money import Money


class Tone(StrEnum):
    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    NONE = ""


TONES = {
    OfferState.ON_SALE: Tone.SUCCESS,
    OfferState.FEW_LEFT: Tone.WARNING,
    OfferState.ALL_HELD: Tone.WARNING,
    OfferState.SOLD_OUT: Tone.ERROR,
    OfferState.NOT_YET: Tone.INFO,
    OfferState.ENDED: Tone.NONE,
    OfferState.PAUSED: Tone.WARNING,
}


@dataclass(frozen=True)
class ShownTicket:
    offer: Offer
    state: OfferState
    left: int | None
    """How many remain, when they are few."""
    when: str
    """What the state has to do with time: from when, until when, again in a moment."""
    price: Money
    before: Money | None
    """What it costs without the code, if that is more."""
    lowest: Money | None
    """Where people pay what they want."""
    notes: list[str]
    about: Money | None = None
    """In the currency that somebody chose beside the event's."""

    @property
    def is_open(self) -> bool:
        return self.state in BUYABLE

    @property
    def tone(self) -> Tone:
        return TONES[self.state]

    @property
    def label(self) -> str:
        if self.state == OfferState.FEW_LEFT and self.left is not None:
            return ngettext("%(left)d left", "%(left)d left", self.left) % {"left": self.left}
        return str(self.state.label)


def shown_tickets(
    page: EventPage,
    *,
    language: str,
    now: datetime,
    discount: Discount | None = None,
    other: OtherMoney | None = None,
) -> list[ShownTicket]:
    """What somebody sees who brings this code, in the organizer's order."""
    offers = {offer.id: offer for offer in page.ticket_types}
    types = [offer.ticket_type for offer in page.ticket_types]
    pools = {offer.ticket_type.pool_id: offer.pool for offer in page.ticket_types}
    tickets = [
        shown(offers[one.ticket_type.pk], one, page, language=language, discount=discount)
        for one in on_offer(page.event, types, pools, now=now, discount=discount)
    ]
    if other is None:
        return tickets
    return [replace(one, about=other.about(one.lowest or one.price)) for one in tickets]


def shown(
    offer: Offer, offered: OnOffer, page: EventPage, *, language: str, discount: Discount | None
) -> ShownTicket:
    reduced = price_with(discount, offer, page)
    is_own_price = offer.ticket_type.kind == TicketKind.OWN_PRICE
    return ShownTicket(
        offer=reduced,
        state=offered.state,
        left=offered.remaining if offered.state == OfferState.FEW_LEFT else None,
        when=when_of(offer, offered.state, page.event, language),
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


def when_of(offer: Offer, state: OfferState, event: Event, language: str) -> str:
    ticket_type = offer.ticket_type
    if state == OfferState.NOT_YET and ticket_type.sale_starts_at:
        moment = moment_in_words(ticket_type.sale_starts_at, event.zone, language)
        return _("On sale from %(moment)s") % {"moment": moment}
    if state in BUYABLE and ticket_type.sale_ends_at:
        moment = moment_in_words(ticket_type.sale_ends_at, event.zone, language)
        return _("Sold until %(moment)s") % {"moment": moment}
    if state == OfferState.ALL_HELD:
        return _("Please try again in a moment.")
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
