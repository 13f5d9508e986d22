"""The step before places are held while very many want them: a browser goes on by itself."""

import re

import pytest
from playwright.sync_api import expect

from bookings.domain import fairness
from bookings.models import Booking
from tests.e2e.conftest import violations
from tests.e2e.test_booking import songs

__all__ = ["songs"]
pytestmark = [pytest.mark.django_db(transaction=True)]


def test_a_browser_computes_the_step_and_goes_on_with_what_was_chosen(
    page, live_server, songs, settings
):
    settings.CHALLENGE = "always"
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.locator(".how-many").first.select_option("2")

    page.locator("[data-hold]").click()

    expect(page).to_have_url(re.compile("/bookings/"), timeout=20_000)
    assert Booking.objects.get().tickets.count() == 2


def test_the_page_of_the_step_is_accessible(page, live_server, songs, settings, monkeypatch):
    settings.CHALLENGE = "always"
    monkeypatch.setattr(fairness, "BITS", 31)  # it goes on for as long as we look at it
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.locator(".how-many").first.select_option("1")

    page.locator("[data-hold]").click()

    expect(page.get_by_role("heading", name="One moment, please")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Your browser computes")
    assert violations(page) == []
