"""An organizer's endpoint in the back office: set, its secret shown once, its deliveries made again."""

import pytest
from django.urls import reverse

from bookings.models import FulfillmentEndpoint, FulfillmentPost
from tests.bookings.admin.conftest import page
from tests.kit.receiver import receiver
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
LIST = "/admin/bookings/fulfillmentpost/"


def of(choir):
    return reverse("admin:bookings_fulfillmentpost_endpoint", args=[choir.pk])


def test_an_endpoint_is_set_and_its_secret_is_shown_once(owner, choir):
    answer = owner.post(of(choir), {"url": "https://choir.example/hook", "is_active": "on"})
    secret = FulfillmentEndpoint.objects.get().secret
    later = owner.get(of(choir))
    rotated = owner.post(of(choir), {"rotate": "1"})

    assert (secret in answer.text, "no-store" in answer["Cache-Control"]) == (True, True)
    assert secret not in later.text
    assert FulfillmentEndpoint.objects.get().secret in rotated.text
    assert "https://choir.example/hook" in owner.get(LIST).text


def test_an_address_that_cannot_be_is_said_at_its_field(owner, choir):
    answer = owner.post(of(choir), {"url": "ftp://choir.example/", "is_active": "on"})

    assert "Give an https address" in answer.text
    assert FulfillmentEndpoint.objects.count() == 0


def test_deliveries_are_seen_and_made_again(owner, choir, organizer, free, book, now):
    with receiver() as there:
        owner.post(of(choir), {"url": there.url, "is_active": "on"})
        booking = book(free, now=now)
        deliver_all()
        row = FulfillmentPost.objects.get()
        shown = owner.get(LIST).text
        asked = owner.get(page(row, "again")).text
        owner.post(page(row, "again"), {"_do": "1"})
        deliver_all()

    assert (booking.reference in shown, "Delivered" in shown) == (True, True)
    assert "It has the same id" in asked
    assert len(there.got) == 2


def test_who_may_not_sets_no_endpoint(viewer, other_team, door, choir):
    for client, status in ((viewer, 403), (other_team, 404), (door, 302)):
        answer = client.post(of(choir), {"url": "https://eve.example/", "is_active": "on"})
        assert answer.status_code == status
    assert FulfillmentEndpoint.objects.count() == 0
