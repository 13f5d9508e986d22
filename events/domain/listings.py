"""What lists show and sort by, computed when an event changes and not when it is looked at."""

from datetime import datetime

from events.domain.prices import Line, compute_price
from events.models import Event, Listing
from events.queries.terms import terms


def refresh_listing(event: Event, *, now: datetime) -> None:
    """Compute the cheapest and the dearest ticket that everybody may choose."""
    shown = event.ticket_types.offered().filter(is_hidden=False)
    price = compute_price([Line(one, 1) for one in shown], terms(event, now=now))
    prices = [line.unit_price for line in price.lines]
    Listing.objects.filter(event=event).update(
        price_from=min(prices, default=None), price_to=max(prices, default=None)
    )
