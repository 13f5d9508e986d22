"""What the contract's tests begin with: each gateway with its other side, and payments there."""

import pytest

from payments.enums import Channel
from payments.gateways.base import Created
from tests.payments.gateways.counters import NAMES, ask, counter_named
from ticketing.core.redis import redis_client


@pytest.fixture(scope="module", params=NAMES)
def open_counter(request):
    made = counter_named(request.param)
    yield made
    made.stop()


@pytest.fixture
def counter(open_counter):
    redis_client().flushdb()  # a fuse that an earlier test blew
    open_counter.begin()
    return open_counter


@pytest.fixture(params=list(Channel))
def channel(request, counter):
    if request.param == Channel.WEB:
        counter.needs("page")
    return request.param


@pytest.fixture
def gateway(counter):
    return counter.gateway


@pytest.fixture
def begun(gateway, counter):
    """A payment that the gateway knows, and its name there."""

    def begun(channel=Channel.MOBILE, card=None, **facts):
        asked = ask(channel, **facts)
        made = gateway.create(asked, key=f"create:{asked.payment}")
        assert isinstance(made, Created)
        if card:
            counter.pay(made.reference, card)
        return made.reference

    return begun
