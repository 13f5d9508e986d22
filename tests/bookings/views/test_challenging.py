"""The page between choosing and holding while very many want the same, and the API's 428."""

import json
import re
from hashlib import sha256

import pytest
from django.test import Client

from bookings.domain import fairness
from bookings.models import Booking
from bookings.views.challenging import COOKIE, SOLUTION, TOKEN
from tests.bookings.views.conftest import OURS, booking_in, choose
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stormed(settings, monkeypatch):
    settings.CHALLENGE = "always"
    monkeypatch.setattr(fairness, "BITS", 8)


def fields_of(answer):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))


def solved(seed):
    number = 0
    while sha256(f"{seed}.{number}".encode()).digest()[0]:
        number += 1
    return str(number)


def test_places_are_held_after_the_step_with_what_was_chosen(stormed, guest, free):
    page = choose(guest, (free, 2))
    sent = fields_of(page)
    seed = re.search(r'data-seed="(\w+)"', page.text)[1]

    assert (page.status_code, page["Retry-After"]) == (428, "20")
    assert Booking.objects.count() == 0
    answer = guest.post(f"/events/{free.event.slug}/book/", sent | {SOLUTION: solved(seed)})
    assert booking_in(answer).tickets.count() == 2


def test_without_a_script_the_page_says_how_long_and_keeps_its_token(stormed, guest, free):
    page = choose(guest, (free, 1))
    early = guest.post(f"/events/{free.event.slug}/book/", fields_of(page))

    assert "Please wait 20 seconds, then go on." in page.text
    assert early.status_code == 428
    assert fields_of(early)[TOKEN] == fields_of(page)[TOKEN]


def test_a_token_is_of_the_browser_that_got_it(stormed, guest, free):
    page = choose(guest, (free, 1))
    seed = re.search(r'data-seed="(\w+)"', page.text)[1]
    sent = fields_of(page) | {SOLUTION: solved(seed)}
    other = Client(headers=OURS, REMOTE_ADDR="198.51.100.9")

    answer = other.post(f"/events/{free.event.slug}/book/", sent)

    assert answer.status_code == 428


def test_the_cookie_of_a_device_is_signed_and_out_of_reach_of_scripts(guest, free):
    first = choose(guest, (free, 1))
    second = choose(guest, (free, 1))
    forged = Client(headers=OURS)
    forged.cookies[COOKIE] = "0123456789abcdef"

    cookie = first.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 86400)
    assert COOKIE not in second.cookies
    assert COOKIE in choose(forged, (free, 1)).cookies


def test_it_costs_no_statement(guest, free, settings):
    choose(guest, (free, 1))
    settings.CHALLENGE = "always"

    statements = queries_of(lambda: choose(guest, (free, 1)))

    assert [one for one in statements if "bookings" in one] == []


def test_over_the_api_it_is_a_428_with_all_that_is_needed(stormed, client, free):
    body = {
        "event": free.event.slug,
        "lines": [{"ticket_type": str(free.pk), "quantity": 1}],
        "buyer": {"email": "ada@example.org"},
    }

    def post(**more):
        return client.post(
            "/api/v1/bookings",
            json.dumps(body | more),
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )

    asked = post()
    said = asked.json()
    held = post(challenge={"token": said["token"], "solution": solved(said["seed"])})
    again = post(challenge={"token": said["token"], "solution": solved(said["seed"])})

    assert (asked.status_code, said["code"], said["bits"]) == (428, "challenge_required", 8)
    assert (held.status_code, held.json()["status"]) == (201, "confirmed")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
