"""Every page of ours in a real browser: accessible, narrow enough, nothing refused."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.conftest import SMALLEST, in_french, troubles
from ticketing.demo.legal import load_legal_texts
from ticketing.demo.people import load_people

pytestmark = [pytest.mark.django_db(transaction=True)]
PAGES = [
    "/",
    "/imprint/",
    "/terms/",
    "/privacy/",
    "/health",
    "/gallery/",
    "/gallery/?dir=rtl",
    "/nowhere",
]
BOTH_LANGUAGES = [page for page in PAGES if page != "/health"]


@pytest.fixture
def _demo():
    """Its people and texts; what is on has tests of its own and would cost seconds each time."""
    staff, _organizer = load_people(now=timezone.now())
    load_legal_texts(by=staff, now=timezone.now())


@pytest.mark.usefixtures("_demo")
def test_pages_are_accessible_and_fit(page, live_server, complaints):
    assert troubles(page, live_server.url, PAGES) == {}
    # Of the address that is not there.
    assert [c.split(":")[0] for c in complaints if "status of 503" not in c] == [
        "Failed to load resource"
    ]


@pytest.mark.usefixtures("_demo")
def test_pages_in_french_are_accessible_and_fit_the_smallest_phone(page, live_server):
    page.set_viewport_size(SMALLEST)
    addresses = [f"/fr{address}" for address in BOTH_LANGUAGES]

    assert troubles(page, live_server.url, addresses, in_french) == {}


@pytest.mark.usefixtures("_demo")
def test_language_switch_leads_to_the_same_page(page, live_server):
    page.goto(f"{live_server.url}/terms/")

    page.get_by_role("link", name="Français").click()
    expect(page).to_have_url(f"{live_server.url}/fr/terms/")
    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(f"{live_server.url}/terms/")


def test_keyboard_reaches_the_content_first(page, live_server):
    page.goto(f"{live_server.url}/")

    page.keyboard.press("Tab")

    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#content"


def test_page_works_without_javascript(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{live_server.url}/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


@pytest.mark.usefixtures("_demo")
def test_staff_change_the_imprint_and_readers_see_it(page, live_server, complaints):
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("E-mail address").fill("staff@example.org")
    page.get_by_label("Password").fill("village-choir-40")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/admin/")
    page.goto(f"{live_server.url}/admin/accounts/legaltext/")
    page.get_by_role("link", name="Imprint (English)").click()
    page.get_by_label("Text").fill("## Who runs this\n\nThe new association.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    page.goto(f"{live_server.url}/imprint/")

    expect(page.get_by_role("heading", name="Who runs this")).to_be_visible()
    expect(page.get_by_text("The new association.")).to_be_visible()
    assert complaints == []
