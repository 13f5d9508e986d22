"""Buyers read what comes back before they give tickets up, and where it is afterwards."""

import pytest

from bookings.domain.links import booking_link
from tests.payments.sales import give_up

pytestmark = pytest.mark.django_db


def page(client, booking, end=""):
    client.get(booking_link(booking), follow=True)
    return client.get(f"/bookings/{booking.reference}/{end}", follow=True).text


def test_the_page_to_give_up_when_it_is_paid_says_what_comes_back(client, sold):
    booking = sold(2, refund_fee_percent=10)

    shown = page(client, booking, "give-up/")

    assert ("What you get back" in shown, shown.count("€18.00")) == (True, 2)


def test_the_page_to_give_up_when_nothing_comes_back_says_so(client, sold):
    shown = page(client, sold(refund_until_days=None), "give-up/")

    assert "Nothing of the price comes back" in shown


def test_the_page_of_what_was_given_up_says_where_the_money_is(client, sold):
    booking = sold()
    give_up(booking)

    shown = page(client, booking)

    assert ("It was given back." in shown, "€20.00" in shown) == (True, True)
