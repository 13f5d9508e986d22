"""An organizer in the back office, in a real browser: from nothing to a published event."""

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from events.enums import EventStatus
from events.models import Event
from tests.e2e.conftest import WIDTHS, overflow, sign_in
from tests.events.factories import VenueFactory
from tests.events.media.files import picture
from tests.factories import MembershipFactory, OrganizerFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def oumar(page: Page, live_server, settings):
    """The owner of a choir with a hall, signed in."""
    settings.SITE_URL = live_server.url
    choir = OrganizerFactory(name="Village choir")
    VenueFactory(organizer=choir, name="Village hall", city="Lyon", timezone="Europe/Paris")
    user = UserFactory(name="Oumar")
    MembershipFactory(organizer=choir, user=user, role=Role.OWNER)
    sign_in(page, live_server.url, user)
    return user


def step(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def choose_venue(page: Page, name: str) -> None:
    """From the list that is searched while one types."""
    page.locator(".field-venue .select2-selection").click()
    page.locator(".select2-search__field").fill(name[:7])
    page.locator(".select2-results__option", has_text=name).click()


def make_event(page: Page, site: str, *, kind: str = "") -> None:
    """From nothing to a draft that lacks nothing."""
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Plan an event").click()
    page.locator("[name=title]").fill("Harvest songs")
    page.locator("[name=description]").fill("Bring **warm** clothes.")
    page.locator(".office-markdown").get_by_role("button", name="Preview").first.click()
    expect(page.locator(".office-markdown-shown strong").first).to_have_text("warm")
    if kind:
        page.locator("[name=category]").select_option(label=kind)
    step(page, "When and where")
    page.locator("[name=starts_at]").fill("2031-09-12T20:00")
    page.locator("[name=ends_at]").fill("2031-09-12T22:00")
    choose_venue(page, "Village hall")
    page.locator("[name=_continue]").click()

    # What is missing is said, and leads there.
    missing = page.get_by_role("link", name="It has no tickets yet")
    expect(missing).to_be_visible()
    missing.click()
    page.locator("a.add-row", has_text="Ticket type").first.click()
    page.locator("[name=ticket_types-0-name]").fill("Regular")
    page.locator("[name=ticket_types-0-price]").fill("12.50")
    page.locator("[name=ticket_types-0-places]").fill("80")
    page.locator("[name=_continue]").click()
    expect(page.get_by_role("tab", name="Tickets")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("Nothing is missing: you can publish it.")).to_be_visible()


def preview_and_publish(page: Page) -> None:
    preview = page.get_by_role("link", name="Preview")
    if preview.count():  # once the public pages are there
        with page.expect_response(lambda answer: "preview" in answer.url) as opened:
            preview.first.click()
        assert opened.value.status == 200
        page.go_back()

    page.get_by_role("link", name="Publish").first.click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("It is published.")).to_be_visible()


def test_an_organizer_creates_previews_and_publishes_an_event_in_the_admin(
    page, live_server, oumar, complaints
):
    make_event(page, live_server.url)
    preview_and_publish(page)

    event = Event.objects.get()
    assert (event.status, event.timezone) == (EventStatus.PUBLISHED, "Europe/Paris")
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_step_fits_the_window_and_keyboards_reach_it(page, live_server, oumar, width):
    page.set_viewport_size(WIDTHS[width])
    page.goto(f"{live_server.url}/admin/events/event/add/")

    page.get_by_role("tab", name="What").focus()
    for title in [
        "Pictures",
        "When and where",
        "Tickets",
        "Questions and codes",
        "Fees and refunds",
        "Publish",
    ]:
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=title)).to_be_focused()
        expect(page.get_by_role("tabpanel", name=title)).to_be_visible()
        assert overflow(page) <= 0


def test_a_wrong_field_opens_its_step(page, live_server, oumar):
    page.goto(f"{live_server.url}/admin/events/event/add/")
    page.locator("[name=title]").fill("Harvest songs")
    step(page, "When and where")
    page.locator("[name=starts_at]").fill("2031-09-12T20:00")
    page.locator("[name=ends_at]").fill("2031-09-12T19:00")
    step(page, "Publish")

    page.locator("[name=_save]").click()

    expect(page.get_by_role("tabpanel", name="When and where")).to_be_visible()
    expect(page.get_by_text("The event must end after it begins.")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Harvest songs")


def test_several_pictures_are_chosen_at_once_and_each_gets_its_words(
    page, live_server, oumar, settings, tmp_path, complaints
):
    settings.MEDIA_ROOT = tmp_path
    page.goto(f"{live_server.url}/admin/events/event/add/")
    page.locator("[name=title]").fill("Harvest songs")
    step(page, "Pictures")
    page.get_by_label("Choose several pictures at once").set_input_files([
        {"name": name, "mimeType": "image/jpeg", "buffer": picture(size=(320, 180))}
        for name in ("choir.jpg", "barn.jpg")
    ])  # fmt: skip
    page.locator("[name=media-0-alt]").fill("Twelve people singing")
    page.locator("[name=media-0-role]").select_option("cover")
    page.locator("[name=media-1-alt]").fill("A barn at night")

    page.locator("[name=_continue]").click()

    expect(page.get_by_role("tabpanel", name="Pictures")).to_be_visible()
    expect(page.get_by_text("It is looked into before anybody sees it").first).to_be_visible()
    sent = Event.objects.get().media.order_by("position")
    assert list(sent.values_list("filename", "purpose", "alt", "state")) == [
        ("choir.jpg", "cover", "Twelve people singing", "uploaded"),
        ("barn.jpg", "gallery", "A barn at night", "uploaded"),
    ]
    assert complaints == []
