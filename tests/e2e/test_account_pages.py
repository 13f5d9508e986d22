"""Every page of the account in a real browser: accessible, narrow enough, nothing refused."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import (
    SMALLEST,
    confirm,
    sign_in,
    troubles,
    wrong_in_any_look,
    wrong_now,
)
from tests.factories import UserFactory
from tests.kit.api import APIClient
from tests.kit.pages import browser_of
from tests.kit.second_factor import Device, give_app, give_passkey, give_recovery_codes
from ticketing.gallery import LONG

pytestmark = [pytest.mark.django_db(transaction=True)]
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


def give_everything(user):
    """Both second factors and their codes, another browser and an app; returns the addresses."""
    browser_of(user, **{"User-Agent": f"{LONG}/2.1 (iPhone)"})
    APIClient(user)
    give_app(user)
    give_recovery_codes(user)
    passkey = give_passkey(user, f"{LONG} مفتاح", device=Device(site="localhost"))
    return [address.format(passkey=passkey.pk) for address in WITH_EVERY_FACTOR]


def test_open_pages_are_accessible_and_fit(page, live_server, complaints):
    assert troubles(page, live_server.url, OPEN) == {}
    assert complaints == []


def test_own_pages_are_accessible_and_fit(page, live_server, complaints, attendee):
    sign_in(page, live_server.url, attendee)
    confirm(page, live_server.url)

    assert troubles(page, live_server.url, OWN) == {}
    assert complaints == []


def test_pages_with_every_factor_are_accessible_and_fit(page, live_server, complaints, attendee):
    sign_in(page, live_server.url, attendee)
    confirm(page, live_server.url)

    assert troubles(page, live_server.url, give_everything(attendee)) == {}
    assert complaints == []


@pytest.mark.parametrize("name", [LONG, "ليلى بنت الموسيقى العربية الأندلسية", "<b>Ada</b>"])
def test_own_pages_in_french_fit_the_smallest_phone_whatever_one_is_called(
    page, live_server, complaints, name
):
    page.set_viewport_size(SMALLEST)
    user = UserFactory(name=name, email=f"{60 * 'm'}@example.org", timezone="Asia/Tokyo")
    sign_in(page, live_server.url, user)
    confirm(page, live_server.url)
    without = [f"/fr{address}" for address in OPEN + OWN if address not in OPEN[:2]]
    assert troubles(page, live_server.url, without, wrong_now) == {}

    everything = [f"/fr{address}" for address in give_everything(user)]

    every = [*everything, "/fr/account/places/"]
    assert troubles(page, live_server.url, every, wrong_now) == {}
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert complaints == []


def test_pages_that_found_something_wrong_are_accessible_and_fit(
    page, live_server, complaints, attendee
):
    for address in ("/account/login/", "/account/signup/", "/account/open/?key=x"):
        page.goto(f"{live_server.url}{address}")
        page.locator("main form button").first.click()
        expect(page.get_by_role("alert").first).to_be_visible()
        assert wrong_in_any_look(page) == {}
    assert complaints == []


def test_one_more_step_is_accessible_and_fits(page, live_server, complaints, attendee):
    page.set_viewport_size(SMALLEST)
    give_everything(attendee)
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("E-mail address").fill(attendee.email)
    page.get_by_label("Password").fill("a-quiet-village-evening")
    page.locator("main form button").first.click()

    expect(page).to_have_url(f"{live_server.url}{MFA}/authenticate/")
    assert wrong_now(page) == []
    assert complaints == []
