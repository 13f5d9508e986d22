"""Which ticket types somebody may choose at a moment, and whether each can be had.

Pure: everything is loaded before, so that a page can ask it of what it has in its hands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.domain.prices import Discount
from events.enums import CodeKind, OfferState
from events.models import Event, TicketType
from events.queries import PoolCount

FEW = 10
FEW_SHARE = 10  # one in so many of all places


@dataclass(frozen=True)
class OnOffer:
    ticket_type: TicketType
    state: OfferState
    remaining: int | None
    """Free places of its pool; None without a limit."""


def on_offer(
    event: Event,
    ticket_types: Iterable[TicketType],
    pools: Mapping[UUID, PoolCount],
    *,
    now: datetime,
    discount: Discount | None = None,
) -> list[OnOffer]:
    """What is shown, in the order given: nothing that was withdrawn; what is hidden only to who
    has a code for it; what waits for another one once that is sold out or not sold any more.

    Where all places of a pool are taken and some of them only held, that is `all_held`.
    """
    rows = list(ticket_types)
    by_id = {one.pk: one for one in rows}
    places = {one.pk: state_of_places(pools[one.pool_id], fewest=one.min_per_order) for one in rows}

    def is_its_turn(one: TicketType) -> bool:
        # Who is not among those given was withdrawn: nobody waits for that.
        before = by_id.get(one.shown_after_id) if one.shown_after_id else None
        if before is None or has_ended(before, now=now):
            return True
        return places[before.pk] == OfferState.SOLD_OUT

    return [
        OnOffer(one, state_of(event, one, places[one.pk], now=now), pools[one.pool_id].free)
        for one in rows
        if one.withdrawn_at is None
        if not one.is_hidden or is_shown_by(discount, one, now=now)
        if is_its_turn(one)
    ]


def state_of(
    event: Event, ticket_type: TicketType, places: OfferState, *, now: datetime
) -> OfferState:
    """Time stands before places: what is not sold any more is not sold out."""
    if has_ended(ticket_type, now=now) or is_over(event, now=now):
        return OfferState.ENDED
    if event.sales_paused_at is not None:
        return OfferState.PAUSED
    if ticket_type.sale_starts_at is not None and ticket_type.sale_starts_at > now:
        return OfferState.NOT_YET
    return places


def has_ended(ticket_type: TicketType, *, now: datetime) -> bool:
    is_past = ticket_type.sale_ends_at is not None and ticket_type.sale_ends_at <= now
    return is_past or ticket_type.withdrawn_at is not None


def is_over(event: Event, *, now: datetime) -> bool:
    """A ticket type without an end of its own is sold until the event ends."""
    is_past = event.ends_at is not None and event.ends_at <= now
    return not event.is_open or (is_past and not event.awaits_new_date)


def state_of_places(pool: PoolCount, *, fewest: int) -> OfferState:
    """Fewer than the fewest that can be booked at once are as good as none."""
    if pool.capacity is None or pool.free is None:
        return OfferState.ON_SALE
    if pool.free < fewest:
        return OfferState.ALL_HELD if pool.free + pool.held >= fewest else OfferState.SOLD_OUT
    if pool.free <= FEW or pool.free * FEW_SHARE <= pool.capacity:
        return OfferState.FEW_LEFT
    return OfferState.ON_SALE


def is_shown_by(discount: Discount | None, ticket_type: TicketType, *, now: datetime) -> bool:
    """An access code shows what it counts for, and all if it names nothing; one that makes
    cheaper shows only what it names."""
    if discount is None:
        return False
    code = discount.code
    if code.event_id != ticket_type.event_id or not code.is_valid_at(now):
        return False
    if code.kind == CodeKind.ACCESS:
        return discount.is_for(ticket_type)
    return ticket_type.pk in discount.counts_for
