"""What the page of an event says of places that are held and not sold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bookings.domain.confirming import confirm_free_booking
from bookings.domain.expiring import begin_expiring, release_expired_holds
from events.queries import PoolCount, places_left
from tests.bookings.factories import guard_hold
from tests.events.factories import NOW, TicketTypeFactory
from tests.kit.pages import text_of
from tests.kit.queries import queries_of
from ticketing.core import pages
from ticketing.core.redis import redis_client

pytestmark = pytest.mark.django_db


def said(event):
    redis_client().flushdb()  # two seconds later
    pages.forget_everything_in_memory()
    text = Client().get(reverse("event-tickets", args=[event.slug])).text
    words = "Someone is paying for the last ones", "Please try again in a moment.", "Sold out"
    return [one in text for one in words]


HELD, SOLD, NEITHER = [True, True, False], [False, False, True], [False, False, False]


def test_where_every_place_is_held_and_not_all_are_sold_somebody_is_paying(event, free, book):
    sold = book(free, 3, is_hold_only=True)
    assert said(event) == NEITHER
    last = book(free, 2, is_hold_only=True)
    assert said(event) == HELD

    confirm_free_booking(sold, by=None, now=NOW)
    assert said(event) == HELD

    confirm_free_booking(last, by=None, now=NOW)
    assert said(event) == SOLD


def test_places_that_are_being_paid_for_and_closed_are_held_still(event, free, book):
    booking = book(free, 5, is_hold_only=True)
    guard_hold(booking, until=NOW + timedelta(minutes=20))
    begin_expiring(now=NOW + timedelta(minutes=30))

    assert said(event) == HELD


def test_what_was_held_and_ran_out_is_there_again(event, free, book):
    book(free, 5, is_hold_only=True)

    release_expired_holds(now=NOW + timedelta(minutes=16))

    assert said(event) == NEITHER


def test_what_is_held_in_one_pool_is_not_held_in_another(event, free, book):
    other = TicketTypeFactory(event=event, pool__capacity=1)
    book(free, 5, is_hold_only=True)

    assert places_left(event) == {
        free.pool_id: PoolCount(5, 0, 5), other.pool_id: PoolCount(1, 1, 0)
    }  # fmt: skip


def test_holds_are_counted_only_where_too_few_places_are_free(event, free, book):
    book(free, 4, is_hold_only=True)

    assert places_left(event)[free.pool_id] == PoolCount(5, 1, 0)


def test_the_page_and_the_program_are_told_the_same_and_pay_no_more_for_it(event, free, book):
    book(free, 5, is_hold_only=True)

    page = queries_of(lambda: Client().get(f"/events/{event.slug}/"))
    (offer,) = Client().get(f"/api/v1/events/{event.slug}/availability").json()["ticket_types"]

    assert len(page) == 3
    assert "Someone is paying for the last ones" in text_of(Client().get(f"/events/{event.slug}/"))
    assert offer["status"] == "all_held"
