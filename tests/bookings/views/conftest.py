import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.domain.references import token_of
from bookings.forms.choosing import quantity_field
from bookings.models import Booking
from events.models import TicketType
from tests.events.factories import NOW

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def _in_june(monkeypatch):
    """Places are held by the database's clock; a hold made there is far from over here."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def guest() -> Client:
    return Client(headers=OURS)


def choose(client: Client, *wanted: tuple[TicketType, int], **more: Any) -> Any:
    """Screen one, as the page of the event sends it."""
    sent = {quantity_field(one.pk): str(count) for one, count in wanted} | more
    return client.post(f"/events/{wanted[0][0].event.slug}/book/", sent)


def reference_in(answer: Any) -> str:
    """Where a page leads on to."""
    found = re.search(r"/bookings/([^/]+)/", answer["Location"])
    assert found is not None
    return found[1]


def booking_in(answer: Any) -> Booking:
    return Booking.objects.get(reference=reference_in(answer))


def page_of(booking: Booking) -> str:
    return f"/bookings/{booking.reference}/"


@pytest.fixture
def opening() -> Callable[[Booking], Client]:
    """A browser that has opened the link of the mail."""

    def opening(booking: Booking) -> Client:
        client = Client(headers=OURS)
        client.get(page_of(booking), {"token": token_of(booking)})
        return client

    return opening
