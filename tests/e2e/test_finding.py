"""From an organizer's first click to somebody who finds the evening, in real browsers."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from events.models import Category, CategoryName
from tests.e2e.conftest import press, sign_in
from tests.e2e.test_organizer import make_event, preview_and_publish
from tests.events.factories import EventFactory, TicketTypeFactory, VenueFactory
from tests.factories import MembershipFactory, OrganizerFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]
IN_LYON = {"latitude": 45.75, "longitude": 4.84}


@pytest.fixture
def oumar():
    """The owner of a choir with a hall in Lyon; elsewhere, on another day, drums are on."""
    for slug, name in [("music", "Music"), ("other", "Other")]:
        # What migrations made is gone after a test that truly commits.
        kind, _is_new = Category.objects.get_or_create(slug=slug)
        CategoryName.objects.get_or_create(category=kind, language="en", defaults={"name": name})
    choir = OrganizerFactory(name="Village choir")
    VenueFactory(organizer=choir, name="Village hall", latitude="45.76", longitude="4.85")
    user = UserFactory(name="Oumar")
    MembershipFactory(organizer=choir, user=user, role=Role.OWNER)
    paris = VenueFactory(city="Paris", latitude="48.85", longitude="2.35")
    drums = EventFactory(
        organizer=paris.organizer, venue=paris, title="Loud drums", status="published",
        category=Category.objects.get(slug="other"),
        starts_at=datetime(2031, 8, 1, 18, tzinfo=UTC),
    )  # fmt: skip
    TicketTypeFactory(event=drums)
    return user


@pytest.fixture
def ada(new_context, live_server) -> Page:
    """Somebody in Lyon with a browser of her own."""
    context = new_context(geolocation=IN_LYON, permissions=["geolocation"])
    page: Page = context.new_page()
    page.goto(f"{live_server.url}/events/")
    return page


def titles(page: Page) -> list[str]:
    return page.locator(".card-title").all_inner_texts()


def ask(page: Page, **asked: str) -> None:
    """From an empty form, in its fields."""
    page.goto(page.url.partition("?")[0])
    page.locator(".find-more summary").click()
    for name, value in asked.items():
        field = page.locator(f"[data-find] [name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    press(page, "Find")
    page.wait_for_url("**/events/?*")


def test_what_an_organizer_publishes_is_found_by_a_misspelt_word_by_kind_day_and_distance(
    page, live_server, settings, oumar, ada
):
    settings.SITE_URL = live_server.url
    expect(ada.get_by_text("Loud drums")).to_be_visible()
    expect(ada.get_by_text("Harvest songs")).to_have_count(0)
    sign_in(page, live_server.url, oumar)
    make_event(page, live_server.url, kind="Music")
    preview_and_publish(page)

    for asked in [
        {"q": "harvst sogns"},
        {"category": "Music"},
        {"from": "2031-09-12", "to": "2031-09-12"},
    ]:
        ask(ada, **asked)
        assert titles(ada) == ["Harvest songs"], asked

    ada.goto(f"{live_server.url}/events/")
    press(ada, "Near me")
    ada.wait_for_url("**/events/?*near=*")
    assert titles(ada) == ["Harvest songs"]

    ada.get_by_role("link", name="Harvest songs").click()
    expect(ada.get_by_role("heading", name="Harvest songs", level=1)).to_be_visible()
    expect(ada.get_by_text("12.50").first).to_be_visible()
