"""Where one is signed in: every browser and app, each with a way to sign it out."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tests.kit.api import APIClient
from tests.kit.pages import browser_of, is_signed_in, sign_in, text_of
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db


def test_places_shows_every_browser_and_app_and_signs_one_out(attendee):
    here = browser_of(attendee, **{"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/144.0"})
    there = browser_of(attendee, **{"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})
    phone = APIClient(attendee)
    page = here.get(reverse("places"))
    assert {(place.name, place.is_current) for place in page.context["places"]} == {
        ("Firefox on Linux", True), ("Safari on iPhone", False), ("Test", False),
    }  # fmt: skip
    other = {place.name: place.id for place in page.context["places"]}

    here.post(reverse("places"), {"place": other["Safari on iPhone"]})
    answer = here.post(reverse("places"), {"place": other["Test"]}, follow=True)

    assert "Signed out there." in text_of(answer)
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert phone.get("/me").status_code == 401
    assert [place.name for place in answer.context["places"]] == ["Firefox on Linux"]


def test_places_of_somebody_else_are_neither_shown_nor_ended(attendee, stranger):
    theirs, mine = browser_of(stranger), browser_of(attendee)
    (place,) = theirs.get(reverse("places")).context["places"]

    answer = mine.post(reverse("places"), {"place": place.id}, follow=True)

    assert "You are not signed in there any more." in text_of(answer)
    assert is_signed_in(theirs)
    assert place.id not in answer.text


@pytest.mark.parametrize("nonsense", ["", "b", "b1x", "b99999999999999999999", "not-an-id", "\x00"])
def test_place_that_is_none_is_told_in_words(client, attendee, nonsense):
    sign_in(client, attendee)

    answer = client.post(reverse("places"), {"place": nonsense}, follow=True)

    assert "You are not signed in there any more." in text_of(answer)


def test_browser_that_came_in_by_another_door_is_known_too(client, attendee):
    client.force_login(attendee)

    (place,) = client.get(reverse("places")).context["places"]

    assert place.is_current


def test_place_whose_session_has_run_out_is_not_shown(client, attendee):
    gone = browser_of(attendee)
    Session.objects.filter(session_key=gone.cookies["session"].value).update(
        expire_date=timezone.now()
    )
    sign_in(client, attendee)

    places = client.get(reverse("places")).context["places"]

    assert [place.is_current for place in places] == [True]


def test_places_cost_the_same_however_many_there_are(client, attendee, settings):
    settings.RATE_LIMIT_SCALE = 100
    sign_in(client, attendee)

    def one_more():
        browser_of(attendee)
        APIClient(attendee)

    assert_cost_is_constant(one_more, lambda: client.get(reverse("places")))
