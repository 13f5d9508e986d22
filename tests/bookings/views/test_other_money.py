"""The second screen says what it is about in the currency that somebody chose."""

from decimal import Decimal

import pytest

from events.models import Rate
from tests.bookings.views.conftest import booking_in, choose, page_of
from tests.events.factories import NOW
from tests.kit.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("wanted", "is_said"), [("USD", True), ("NGN", False), ("x", False)])
def test_what_is_to_be_paid_is_said_in_the_other_money_too(guest, paid, wanted, is_said):
    Rate.objects.create(currency="USD", day=NOW.date(), rate=Decimal("1.1052"), source="ecb")
    booking = booking_in(choose(guest, (paid, 2)))
    guest.cookies["in_currency"] = wanted

    text = text_of(guest.get(page_of(booking)))

    total = f"${booking.money.amount * Decimal('1.1052'):.2f}"
    assert (f"about {total} by the exchange rate of 1 June 2026; you pay in EUR" in text) == is_said
