"""By which gateways a booking can be paid, the first choice first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from payments.enums import Channel
from payments.gateways import Gateway, configured
from payments.models import Route
from ticketing.core.errors import Conflict


class NoWayToPay(Conflict):
    code = "no_way_to_pay"
    message = _("This cannot be paid here at the moment. Your places are kept for now.")


@dataclass(frozen=True)
class Way:
    gateway: Gateway
    account: str = ""


def ways_to_pay(booking: Booking, *, channel: Channel) -> Sequence[Way]:
    """What currency, region, organizer and channel allow; may be empty."""
    gateways, opened = configured(), open_to(booking)
    if opened:
        ways = [
            Way(gateways[one.gateway], one.account)
            for one in opened
            if leads(one, booking, channel=channel) and one.gateway in gateways
        ]
    else:
        ways = [Way(one) for one in gateways.values()]
    return [one for one in ways if can_take(one.gateway, booking, channel=channel)]


def can_take(gateway: Gateway, booking: Booking, *, channel: Channel) -> bool:
    can = gateway.capabilities()
    return booking.currency in can.currencies and channel in can.channels


def open_to(booking: Booking) -> Sequence[Route]:
    """For all, or for this organizer: what another one sets does not concern it."""
    mine = Q(organizer=None) | Q(organizer=booking.organizer_id)
    return list(Route.objects.filter(mine, is_open=True).order_by("position", "id"))


def leads(route: Route, booking: Booking, *, channel: Channel) -> bool:
    """Whether it is for such a booking; what it leaves open fits all."""
    return (
        route.currency in ("", booking.currency)
        and route.country in ("", str(booking.billing.get("country", "")))
        and route.channel in ("", channel)
    )
