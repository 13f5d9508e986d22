"""Every page of the account in a real browser: accessible, narrow enough, nothing refused."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import WIDTHS, confirm, overflow, sign_in, violations
from tests.factories import UserFactory
from tests.kit.api import APIClient
from tests.kit.pages import browser_of
from tests.kit.second_factor import Device, give_app, give_passkey, give_recovery_codes
from ticketing.gallery import LONG

pytestmark = [pytest.mark.django_db(transaction=True)]
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in WIDTHS]
# A phone of 320 pixels, and any window of twice that at 200 % zoom.
SMALLEST = {"width": 320, "height": 640}
MFA = "/account/second-factor"
OPEN = [
    "/account/login/",
    "/account/signup/",
    "/account/inactive/",
    "/account/open/?key=x",
    "/account/open/sent/",
    "/account/password/forgot/",
    "/account/password/forgot/sent/",
    "/account/password/new/?key=x",
    "/account/address/confirm/?key=x",
]
OWN = [
    "/account/",
    "/account/address/",
    "/account/connections/",
    "/account/erase/",
    "/account/logout/",
    "/account/password/",
    "/account/places/",
    "/account/preferences/",
    "/account/profile/",
    "/account/reauthenticate/",
    "/organizers/new/",
    f"{MFA}/",
    f"{MFA}/webauthn/",
    f"{MFA}/webauthn/add/",
    f"{MFA}/totp/activate/",
]
WITH_EVERY_FACTOR = [
    "/account/",
    f"{MFA}/",
    f"{MFA}/webauthn/",
    f"{MFA}/reauthenticate/",
    f"{MFA}/webauthn/reauthenticate/",
    f"{MFA}/totp/deactivate/",
    f"{MFA}/recovery-codes/generate/",
    f"{MFA}/recovery-codes/",  # the first time with the codes
    f"{MFA}/recovery-codes/",
    f"{MFA}/webauthn/keys/{{passkey}}/edit/",
    f"{MFA}/webauthn/keys/{{passkey}}/remove/",
]


@pytest.fixture(autouse=True)
def _in_a_hurry(settings):
    """One browser asks for many pages here; what holds people back is tested elsewhere."""
    settings.RATE_LIMIT_SCALE = 100


def look(page, width, scheme="light"):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(width)


def troubles(page, site, addresses):
    """What axe and a ruler find on each page."""
    found = {}
    for address in addresses:
        answer = page.goto(f"{site}{address}")
        assert (page.url, answer.status) == (f"{site}{address}", 200)
        wrong = violations(page) + (["too wide"] if overflow(page) > 0 else [])
        if wrong:
            found[address] = wrong
    return found


def give_everything(user):
    """Both second factors and their codes, another browser and an app; returns the addresses."""
    browser_of(user, **{"User-Agent": f"{LONG}/2.1 (iPhone)"})
    APIClient(user)
    give_app(user)
    give_recovery_codes(user)
    passkey = give_passkey(user, f"{LONG} مفتاح", device=Device(site="localhost"))
    return [address.format(passkey=passkey.pk) for address in WITH_EVERY_FACTOR]


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_open_pages_are_accessible_and_fit(page, live_server, complaints, scheme, width):
    look(page, WIDTHS[width], scheme)

    assert troubles(page, live_server.url, OPEN) == {}
    assert complaints == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_own_pages_are_accessible_and_fit(page, live_server, complaints, attendee, scheme, width):
    look(page, WIDTHS[width], scheme)
    sign_in(page, live_server.url, attendee)
    confirm(page, live_server.url)

    assert troubles(page, live_server.url, OWN) == {}
    assert complaints == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_pages_with_every_factor_are_accessible_and_fit(
    page, live_server, complaints, attendee, scheme, width
):
    look(page, WIDTHS[width], scheme)
    sign_in(page, live_server.url, attendee)
    confirm(page, live_server.url)

    assert troubles(page, live_server.url, give_everything(attendee)) == {}
    assert complaints == []


@pytest.mark.parametrize("name", [LONG, "ليلى بنت الموسيقى العربية الأندلسية", "<b>Ada</b>"])
def test_own_pages_in_french_fit_the_smallest_phone_whatever_one_is_called(
    page, live_server, complaints, name
):
    look(page, SMALLEST)
    user = UserFactory(name=name, email=f"{60 * 'm'}@example.org", timezone="Asia/Tokyo")
    sign_in(page, live_server.url, user)
    confirm(page, live_server.url)
    without = [f"/fr{address}" for address in OPEN + OWN if address not in OPEN[:2]]
    assert troubles(page, live_server.url, without) == {}

    everything = [f"/fr{address}" for address in give_everything(user)]

    assert troubles(page, live_server.url, [*everything, "/fr/account/places/"]) == {}
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert complaints == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_pages_that_found_something_wrong_are_accessible_and_fit(
    page, live_server, complaints, attendee, scheme, width
):
    look(page, WIDTHS[width], scheme)

    for address in ("/account/login/", "/account/signup/", "/account/open/?key=x"):
        page.goto(f"{live_server.url}{address}")
        page.locator("main form button").first.click()
        expect(page.get_by_role("alert").first).to_be_visible()
        assert violations(page) == []
        assert overflow(page) <= 0
    assert complaints == []


def test_one_more_step_is_accessible_and_fits(page, live_server, complaints, attendee):
    look(page, SMALLEST)
    give_everything(attendee)
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("E-mail address").fill(attendee.email)
    page.get_by_label("Password").fill("a-quiet-village-evening")
    page.locator("main form button").first.click()

    expect(page).to_have_url(f"{live_server.url}{MFA}/authenticate/")
    assert violations(page) == []
    assert overflow(page) <= 0
    assert complaints == []
