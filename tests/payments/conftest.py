import pytest
from django.conf import settings

from bookings.models import Booking
from events.models import Event
from payments.domain.settling import settle
from payments.domain.starting import Wanted, start_payment
from payments.enums import Channel
from tests.bookings.conftest import book, choir, event, free, paid  # noqa: F401 - the same evening
from tests.events.factories import NOW
from tests.kit.money import assert_money_sound, movements, rest_gateways
from tests.payments.till import Till


@pytest.fixture
def till() -> Till:
    """The simulator, from the side of the buyer and of who breaks it; whole again afterwards."""
    made = Till(settings.SIMULATOR_URL, settings.SIMULATOR_SECRET)
    made.mend()
    yield made
    made.mend()


@pytest.fixture(autouse=True)
def rested_gateways():
    """No fuse is blown by an earlier test."""
    rest_gateways()


@pytest.fixture(autouse=True)
def money_is_sound(request, db, till):
    """Whatever a test did, in the long run no money is lost, doubled or forgotten; unless it made
    up what a gateway is to have said."""
    before = set(movements(till))
    yield
    till.mend()
    if request.node.get_closest_marker("made_up_money") is None:
        assert_money_sound(till, before=before)


@pytest.fixture
def begin(paid, book):  # noqa: F811 - the fixtures of bookings
    """Press "pay" for a booking, or for a new one."""

    def begin(booking=None, *, channel=Channel.WEB, now=NOW):
        booking = booking or book(paid)
        wanted = Wanted(channel=channel, return_url="http://testserver/payments/{payment}/return/")
        return start_payment(booking, wanted, by=None, now=now)

    return begin


@pytest.fixture
def sold(begin, till, book, paid):  # noqa: F811 - the fixtures of bookings
    """A booking of so many tickets at 20 euros, paid."""

    def sold(quantity=1, **terms):
        terms = {"refund_until_days": 7, **terms}
        Event.objects.filter(pk=paid.event_id).update(**terms)
        payment = begin(book(paid, quantity))
        till.pay(payment)
        payment = settle(payment.pk, now=NOW)
        return Booking.objects.select_related("event").get(pk=payment.booking_id)

    return sold
