"""Private events: nothing is said of them to who does not bring the code."""

import pytest
from django.core import signing
from django.test import Client

from events.models import Event
from events.views.feeds import EVENTS_IN_A_SITEMAP
from tests.events.factories import NOW
from tests.kit.pages import text_of

pytestmark = pytest.mark.django_db
PAGE = "/events/a-wedding/"
OURS = {"Origin": "http://testserver"}


def give(client, code="roses-2026", headers=OURS):
    return client.post(f"{PAGE}open/", {"code": code}, headers=headers)


def test_page_asks_for_the_code_and_says_nothing_else(client, private):
    answer = client.get(PAGE)

    assert answer.status_code == 200
    assert "For invited guests" in text_of(answer)
    assert "A wedding" not in answer.text
    assert private.venue.name not in answer.text
    assert private.organizer.name not in answer.text
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "address", [f"{PAGE}tickets/", "/events/a-wedding.ics", f"{PAGE}picture-abc.png"]
)
def test_what_belongs_to_it_is_not_there(client, private, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/events/", "/events/feed/", "/sitemap-events-PART.xml"])
def test_no_list_names_it(client, private, shown, address):
    part = str(shown.number // EVENTS_IN_A_SITEMAP)

    assert "a-wedding" not in client.get(address.replace("PART", part)).text


def test_the_code_opens_it_without_a_session(client, private):
    answer = give(client)

    (name,) = answer.cookies
    cookie = answer.cookies[name]
    assert answer["Location"] == f"{PAGE}inside/"
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 3600)
    inside = client.get(f"{PAGE}inside/")
    assert "A wedding" in text_of(inside)
    assert inside["Cache-Control"] == "private, no-store"
    assert client.get("/events/a-wedding.ics")["Cache-Control"] == "private, no-store"
    assert "A wedding" not in client.get(PAGE).text


def test_without_the_pass_one_is_asked(client, private):
    assert client.get(f"{PAGE}inside/")["Location"] == PAGE


def test_another_code_ends_all_passes(client, private):
    give(client)
    Event.objects.filter(pk=private.pk).update(access_digest=private.digest_of("lilies-2026"))

    assert client.get(f"{PAGE}inside/").status_code == 302


def test_a_pass_that_nobody_gave_opens_nothing(client, private):
    forged = signing.get_cookie_signer(salt="another").sign("0" * 32)
    client.cookies[f"pass-{private.number}"] = forged

    assert client.get(f"{PAGE}inside/").status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_30_the_code_is_taken_from_our_own_page_alone(private, headers):
    answer = give(Client(enforce_csrf_checks=True), headers=headers)

    assert (answer.status_code, dict(answer.cookies)) == (403, {})


def test_the_code_is_taken_by_the_browser_s_own_word(private):
    answer = give(Client(enforce_csrf_checks=True), headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 302


def test_52_a_wrong_code_opens_nothing_and_guessing_is_held_back(private):
    statuses = [
        give(Client(REMOTE_ADDR=f"192.0.2.{at}"), code="guess").status_code for at in range(12)
    ]

    assert statuses == [400] * 10 + [429] * 2
    assert dict(give(Client(REMOTE_ADDR="198.51.100.1")).cookies) == {}


def test_an_event_that_is_not_private_needs_no_code(client, shown):
    assert (
        client.post("/events/quiet-songs/open/", {"code": "x"})["Location"]
        == "/events/quiet-songs/"
    )
    assert client.get("/events/quiet-songs/inside/")["Location"] == "/events/quiet-songs/"
    assert shown.ends_at > NOW
