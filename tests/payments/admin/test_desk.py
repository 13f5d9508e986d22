"""Paid to the team, in the back office: beside the booking, for who may take money."""

import pytest
from django.urls import reverse

from bookings.models import Booking
from payments.models import DeskEntry, Payment, Refund
from tests.bookings.admin.test_deeds import page as page_of_booking
from tests.payments.admin.test_money import do, page
from tests.payments.sales import give_up
from tests.payments.test_desk import for_ada, take

pytestmark = pytest.mark.django_db
__all__ = ["for_ada"]


def test_who_may_take_money_enters_it_beside_the_booking(owner, finance, viewer, for_ada):
    held = for_ada()
    deed = page_of_booking(held, "paid-at-desk")
    offered = {one: deed in one.get(page_of_booking(held)).text for one in (owner, finance, viewer)}
    asked = finance.get(deed)

    refused = viewer.post(deed, {"_do": "1", "way": "cash"})
    finance.post(deed, {"_do": "1", "way": "cash", "note": "Receipt 7"})

    assert offered == {owner: True, finance: True, viewer: False}
    assert ("€20.00" in asked.text, refused.status_code) == (True, 403)
    assert Booking.objects.get().status == "confirmed"
    entry = DeskEntry.objects.get()
    assert (entry.way, entry.note) == ("cash", "Receipt 7")
    shown = finance.get(page(entry.payment)).text
    assert ["Receipt 7" in shown, "Ask the gateway" in shown] == [True, False]
    assert deed not in owner.get(page_of_booking(held)).text


def test_nothing_is_entered_without_how_it_was_paid(owner, for_ada):
    answer = owner.post(page_of_booking(for_ada(), "paid-at-desk"), {"_do": "1"})

    assert ("This field is required" in answer.text, Payment.objects.count()) == (True, 0)


def test_a_refund_is_handed_over_by_finance(finance, for_ada, organizer):
    booking = for_ada()
    take(booking, organizer)
    give_up(booking)
    refund = Refund.objects.get()
    listed = finance.get(reverse("admin:payments_refund_changelist")).text

    do(finance, refund, "hand-over", way="cash", note="")

    refund.refresh_from_db()
    assert ("To be handed back by you" in listed, refund.status) == (True, "done")
