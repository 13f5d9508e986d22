"""Every page of ours in a real browser: accessible, narrow enough, nothing refused."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.conftest import WIDTHS, overflow, violations
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
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_page_is_accessible_and_fits(page, live_server, complaints, address, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(WIDTHS[width])

    page.goto(f"{live_server.url}{address}")

    assert violations(page) == []
    assert overflow(page) <= 0
    expected = ["Failed to load resource"] if address == "/nowhere" else []
    assert [c.split(":")[0] for c in complaints if "status of 503" not in c] == expected


@pytest.mark.usefixtures("_demo")
@pytest.mark.parametrize("address", BOTH_LANGUAGES)
def test_page_in_french_is_accessible_and_fits_the_smallest_phone(page, live_server, address):
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto(f"{live_server.url}/fr{address}")

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert violations(page) == []
    assert overflow(page) <= 0


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
