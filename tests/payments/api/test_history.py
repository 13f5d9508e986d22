"""What was paid and what came back: for the buyer, the account, the organizer; and the report."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from bookings.domain.links import booking_link
from bookings.domain.references import token_of
from bookings.models import Booking
from events.models import EventCount
from tests.events.factories import NOW, EventFactory
from tests.factories import MembershipFactory
from tests.kit.api import APIClient
from tests.kit.pages import browser_of, text_of
from tests.kit.queries import queries_of
from tests.payments.sales import give_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(sold, attendee):
    """Two tickets of 20 euros paid by Ada, one of them given back."""
    booking = sold(2)
    Booking.objects.filter(pk=booking.pk).update(user=attendee)
    give_up(booking, 1)
    return booking


def lines(results):
    return [
        (one["status"], one["captured"], [(two["status"], two["amount"]) for two in one["refunds"]])
        for one in results
    ]


PAID_AND_BACK = [("partially_refunded", 4000, [("done", 2000)])]


def test_the_buyer_reads_payments_and_refunds_on_the_page_of_the_booking(client, returned):
    client.get(booking_link(returned), follow=True)

    text = text_of(client.get(f"/bookings/{returned.reference}/"))

    assert "Payment 1 Jun 2026, 14:00 · Card €40.00" in text
    assert "Refund" in text
    assert "-€20.00" in text


def test_the_account_lists_all_at_one_cost(attendee, returned, sold):
    browser = browser_of(attendee)
    one = queries_of(lambda: browser.get("/account/payments/"))
    Booking.objects.filter(pk=sold().pk).update(user=attendee)
    two = queries_of(lambda: browser.get("/account/payments/"))

    text = text_of(browser.get("/account/payments/"))
    assert len(one) == len(two)
    assert (text.count("Payment "), text.count("Refund "), returned.reference in text) == (
        2,
        1,
        True,
    )


def test_the_account_of_somebody_else_says_nothing(stranger, returned):
    assert "Nothing paid yet" in browser_of(stranger).get("/account/payments/").text


def test_calls_say_the_same_to_buyer_and_organizer(client, attendee, organizer, returned):
    event, reference = returned.event.slug, returned.reference
    token = {"X-Booking-Token": token_of(returned)}
    guests = client.get(f"/api/v1/bookings/{reference}/payments", headers=token).json()
    mine = APIClient(attendee).get("/payments").json()
    theirs = APIClient(organizer).get(f"/events/{event}/payments").json()

    for told in (guests, mine, theirs):
        assert lines(told["results"]) == PAID_AND_BACK


def test_only_who_sees_money_reads_the_payments_of_an_event(choir, returned, steward, stranger):
    MembershipFactory(organizer=choir, user=steward, role=Role.VIEWER)
    path = f"/events/{returned.event.slug}/payments"

    assert APIClient(steward).get(path).status_code == 403
    assert APIClient(stranger).get(path).status_code == 404
    assert APIClient().get("/payments").status_code == 401


def test_the_back_office_shows_the_money_of_a_booking_to_who_may_see_it(
    choir, organizer, returned, steward
):
    MembershipFactory(organizer=choir, user=steward, role=Role.VIEWER)
    page = f"/admin/bookings/booking/{returned.pk}/change/"

    owners, viewers = browser_of(organizer).get(page).text, browser_of(steward).get(page).text

    its_own = f"/admin/payments/payment/{returned.payments.get().pk}/"
    assert ("-€20.00" in owners, its_own in owners) == (True, True)
    assert ("-€20.00" in viewers, its_own in viewers) == (False, False)


def test_the_list_of_payments_is_narrowed_to_an_event(organizer, choir, returned):
    browser, other = browser_of(organizer), EventFactory(organizer=choir)
    page = "/admin/payments/payment/"

    shown = [
        returned.reference in browser.get(f"{page}?event={one}").text
        for one in (returned.event_id, other.pk, "x")
    ]
    linked = browser.get(f"/admin/events/event/{returned.event_id}/change/").text

    assert shown == [True, False, False]
    assert f"{page}?event={returned.event_id}" in linked


# --- The report of an organizer ------------------------------------------------------------------


def test_the_report_of_an_organizer_counts_all_its_events(organizer, choir, returned, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=1))
    EventCount(event=returned.event, day=NOW.date(), kind="view", source="direct", count=40).save()

    told = APIClient(organizer).get(f"/organizers/{choir.slug}/report").json()

    assert (told["sold"], told["held"], told["came_in"]) == (1, 0, 0)
    assert told["currencies"] == [
        {
            "currency": "EUR", "sold": 1, "held": 0, "complimentary": 0, "revenue": 2000,
            "refunds": 1, "refunded": 2000,
        }
    ]  # fmt: skip
    assert [(one["slug"], one["sold"], one["revenue"]) for one in told["events"]] == [
        (returned.event.slug, 1, 2000)
    ]
    assert [(one["currency"], one["tickets"], one["revenue"]) for one in told["by_day"]] == [
        ("EUR", 1, 2000)
    ]
    assert told["funnel"] == {"views": 40, "went_to_tickets": 0, "begun": 1, "confirmed": 1}


def test_the_report_costs_the_same_with_more_events_and_hides_money(
    organizer, choir, sold, steward, stranger
):
    path = f"/organizers/{choir.slug}/report"
    owner = APIClient(organizer)
    sold()
    one = queries_of(lambda: owner.get(path))
    EventFactory.create_batch(2, organizer=choir)
    sold()
    three = queries_of(lambda: owner.get(path))
    MembershipFactory(organizer=choir, user=steward, role=Role.VIEWER)

    told = APIClient(steward).get(path).json()

    assert len(one) == len(three)
    assert {"revenue", "refunds", "refunded"} & set(told["currencies"][0]) == set()
    assert [row for row in told["events"] + told["by_day"] if "revenue" in row] == []
    assert APIClient(stranger).get(path).status_code == 404
