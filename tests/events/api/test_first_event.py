"""The way of TARGETS.md: an organizer's first event, from nothing to published, by calls alone."""

import pytest

from events.models import Event
from tests.kit.api import APIClient

pytestmark = pytest.mark.django_db


def test_an_organizer_s_first_event_from_nothing_to_published(attendee):
    api = APIClient(attendee)
    organizer = api.post("/organizers", {"name": "Village choir"}).json()["slug"]

    event = api.post(
        "/events",
        {"organizer": organizer, "title": "Quiet songs", "online_url": "https://meet.example",
         "starts_at": "2127-03-05T20:00:00+01:00", "ends_at": "2127-03-05T22:00:00+01:00",
         "timezone": "Europe/Paris", "currency": "EUR"},
    ).json()  # fmt: skip
    address = f"/events/{event['slug']}"
    pool = api.post(f"{address}/pools", {"name": "Seats", "capacity": 100}).json()
    api.post(f"{address}/ticket-types", {"name": "General", "pool": pool["id"], "price": 2100})
    published = api.post(f"{address}/publish")

    assert (published.status_code, published.json()["status"]) == (200, "published")
    assert list(Event.objects.published().values_list("slug", flat=True)) == ["quiet-songs"]
