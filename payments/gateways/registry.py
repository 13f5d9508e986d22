"""The gateways that this installation has."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from payments.gateways.base import Gateway
from payments.gateways.desk import DESK, Desk


class NoSuchGateway(LookupError):
    """A payment was begun at a gateway that is configured no more."""


@cache
def configured() -> Mapping[str, Gateway]:
    """By name, in the order in which they are offered where no route says otherwise.

    The desk is none of them: nobody is offered it, and it has no books but ours to compare.
    """
    found: list[Gateway] = []
    if settings.STRIPE_SECRET_KEY:
        from payments.gateways.stripe import Stripe  # noqa: PLC0415 - its library is large

        found.append(Stripe.from_settings())
    # Money that nobody pays buys nothing, whatever somebody has set by mistake.
    if settings.SIMULATOR_URL and not settings.IS_PRODUCTION:
        from payments.gateways.simulator import Simulator  # noqa: PLC0415 - not in production

        found.append(Simulator.from_settings())
    return {one.name: one for one in found}


def gateway_named(name: str) -> Gateway:
    if name == DESK:
        return Desk()
    try:
        return configured()[name]
    except KeyError:
        raise NoSuchGateway(name) from None
