"""The ways through the account in a real browser."""

import json
import re
import urllib.request

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.domain.mail_links import Purpose, make_key
from accounts.models import User
from tests.e2e.conftest import confirm, press, sign_in
from tests.factories import PASSWORD
from tests.kit.second_factor import Device, code_of, give_app, give_passkey
from ticketing.core.environment import mailer
from ticketing.core.outbox import deliver_all

pytestmark = [pytest.mark.django_db(transaction=True)]
NEW_PASSWORD = "forty-singers-one-hall"
MFA = "/account/second-factor"
# As before 2025: the script has to make JSON of passkeys itself.
OLD_BROWSER = """
delete PublicKeyCredential.parseCreationOptionsFromJSON;
delete PublicKeyCredential.parseRequestOptionsFromJSON;
delete PublicKeyCredential.prototype.toJSON;
"""


@pytest.fixture
def site(live_server):
    return live_server.url


def keep_passkeys(page, *, is_owner_there=True):
    """Give the browser a store of passkeys, whose owner shows their face when asked for it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": is_owner_there,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def log_in(page, user, password=PASSWORD):
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def log_out(page, site):
    page.goto(f"{site}/account/logout/")
    press(page, "Sign out of this browser")
    expect(page.get_by_text("You are signed out of this browser.")).to_be_visible()


@pytest.mark.parametrize("is_old", [False, True])
def test_passkey_is_set_up_and_then_signs_in_alone(page, site, complaints, attendee, is_old):
    keep_passkeys(page)
    if is_old:
        page.add_init_script(OLD_BROWSER)

    # Signing in by password leads to where one wanted to go.
    page.goto(f"{site}{MFA}/")
    log_in(page, attendee)
    expect(page).to_have_url(f"{site}{MFA}/")

    # Setting up asks once more who it is, and then the device.
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    page.get_by_label("What to call it").fill("Pocket")
    press(page, "Set up a passkey on this device")

    # The codes are shown, once.
    expect(page).to_have_url(f"{site}{MFA}/recovery-codes/")
    expect(page.locator("[data-code]")).to_have_count(10)
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep them as a file").click()
    kept = download.value.path().read_text()
    assert download.value.suggested_filename == "recovery-codes.txt"
    assert re.findall(r"^\d{8}$", kept, re.MULTILINE) == [
        code.get_attribute("data-code") for code in page.locator("[data-code]").all()
    ]
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Pocket")).to_be_visible()
    page.goto(f"{site}{MFA}/recovery-codes/")
    expect(page.locator("[data-code]")).to_have_count(0)

    # The passkey alone opens the door, and leads to where one wanted to go.
    log_out(page, site)
    page.goto(f"{site}/account/places/")
    press(page, "Sign in with a passkey")
    expect(page).to_have_url(f"{site}/account/places/")
    expect(page.get_by_text("You are here")).to_have_count(1)
    assert complaints == []


def test_passkey_stands_for_the_second_step_and_for_being_asked_again(
    page, site, complaints, attendee
):
    keep_passkeys(page)
    sign_in(page, site, attendee)
    confirm(page, site)
    page.goto(f"{site}{MFA}/webauthn/add/")
    press(page, "Set up a passkey on this device")
    expect(page.get_by_text("The passkey is set up.")).to_be_visible()
    log_out(page, site)

    log_in(page, attendee)
    press(page, "Go on with your passkey")
    expect(page).to_have_url(f"{site}/account/")
    page.goto(f"{site}/account/erase/")
    page.get_by_role("link", name="With a passkey instead").click()
    press(page, "Go on with your passkey")

    expect(page).to_have_url(f"{site}/account/erase/")
    expect(page.get_by_role("heading", name="Close your account")).to_be_visible()
    assert complaints == []


def test_passkey_when_its_owner_is_not_there_says_so_beside_the_button(page, site, attendee):
    keep_passkeys(page, is_owner_there=False)
    page.goto(f"{site}/account/login/")

    press(page, "Sign in with a passkey")

    expect(page.locator("[data-says]")).to_contain_text("Your device did not go on")
    expect(page.get_by_role("button", name="Sign in with a passkey")).not_to_have_attribute(
        "aria-busy", "true"
    )
    expect(page).to_have_url(f"{site}/account/login/")


def test_second_passkey_on_the_same_device_is_told_apart(page, site, attendee):
    keep_passkeys(page)
    sign_in(page, site, attendee)
    confirm(page, site)
    page.goto(f"{site}{MFA}/webauthn/add/")
    press(page, "Set up a passkey on this device")
    expect(page).to_have_url(f"{site}{MFA}/recovery-codes/")

    page.goto(f"{site}{MFA}/webauthn/add/")
    press(page, "Set up a passkey on this device")

    expect(page.locator("[data-says]")).to_contain_text("This device has a passkey")


def test_passkey_that_the_site_does_not_know_any_more_is_told_in_words(page, site, attendee):
    keep_passkeys(page)
    sign_in(page, site, attendee)
    confirm(page, site)
    page.goto(f"{site}{MFA}/webauthn/add/")
    press(page, "Set up a passkey on this device")
    expect(page).to_have_url(f"{site}{MFA}/recovery-codes/")
    attendee.authenticator_set.all().delete()
    log_out(page, site)

    page.goto(f"{site}/account/login/?next=/account/places/")
    press(page, "Sign in with a passkey")

    expect(page.get_by_text("We do not know this passkey")).to_be_visible()
    expect(page.locator("input[name=next]").first).to_have_value("/account/places/")


def test_passkey_when_we_cannot_be_reached_says_so(page, site):
    keep_passkeys(page)
    page.goto(f"{site}/account/login/")
    page.context.set_offline(True)

    press(page, "Sign in with a passkey")

    expect(page.locator("[data-says]")).to_contain_text("We could not be reached.")


def test_passkey_when_it_was_tried_too_often_says_so(page, site, settings):
    keep_passkeys(page)
    page.goto(f"{site}/account/login/")
    page.route("**/webauthn/login/", lambda route: route.fulfill(status=429, body="later"))

    press(page, "Sign in with a passkey")

    expect(page.locator("[data-says]")).to_contain_text("That was tried too often.")


def test_passkey_at_an_address_that_has_none_says_so(page, site, attendee):
    """Browsers give passkeys to names, never to numbers such as 127.0.0.1."""
    site = site.replace("localhost", "127.0.0.1")
    keep_passkeys(page)
    page.goto(f"{site}/account/login/")

    press(page, "Sign in with a passkey")
    expect(page.locator("[data-says]")).to_contain_text("Passkeys do not work at this address.")
    log_in(page, attendee)

    expect(page).to_have_url(f"{site}/account/")


def test_browser_without_passkeys_has_no_such_button_and_is_told_why(page, site, attendee):
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{site}/account/login/")
    expect(page.get_by_role("button")).to_have_count(1)
    sign_in(page, site, attendee)
    confirm(page, site)

    page.goto(f"{site}{MFA}/webauthn/add/")

    expect(page.get_by_text("This browser has no passkeys here")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_account_works_without_javascript(browser, site, attendee):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    secret = give_app(attendee)
    give_passkey(attendee, device=Device(site="localhost"))

    page.goto(f"{site}/account/profile/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    log_in(page, attendee)
    page.get_by_label("Code").fill(code_of(secret))
    press(page, "Go on with the code")
    page.get_by_label("Name").fill("Ada ليلى")
    press(page, "Keep these changes")

    expect(page.get_by_role("heading", name="Ada ليلى")).to_be_visible()
    page.goto(f"{site}{MFA}/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    context.close()


def test_authenticator_app_is_set_up_by_its_secret_and_asked_for(page, site, complaints, attendee):
    sign_in(page, site, attendee)
    confirm(page, site)

    page.goto(f"{site}{MFA}/")
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("[data-secret]").inner_text()
    expect(page.get_by_role("link", name="Open it in the app")).to_have_attribute(
        "href", re.compile(f"^otpauth://totp/.*secret={secret}")
    )
    page.get_by_label("Code").fill("000000")
    press(page, "Set up this app")
    expect(page.locator(".field-error")).to_contain_text("This code is not right")
    assert page.locator("[data-secret]").inner_text() == secret
    page.get_by_label("Code").fill(code_of(secret))
    press(page, "Set up this app")
    expect(page.locator("[data-code]")).to_have_count(10)
    recovery = page.locator("[data-code]").first.get_attribute("data-code")

    for code in (code_of(secret, steps=1), recovery):
        log_out(page, site)
        log_in(page, attendee)
        page.get_by_label("Code").fill(code)
        press(page, "Go on")
        expect(page).to_have_url(f"{site}/account/")
    assert complaints == []


def test_forgotten_password_is_replaced(page, site, complaints, attendee):
    page.goto(f"{site}/account/login/")
    page.get_by_role("link", name="I forgot my password").click()
    page.get_by_label("E-mail address").fill(attendee.email)
    press(page, "Send me the link")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.goto(f"{site}/account/password/new/?key={make_key(Purpose.RESET, attendee)}")
    page.get_by_label("New password").fill("short")
    press(page, "Take this password")
    expect(page.locator(".field-error")).to_contain_text("too short")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    press(page, "Take this password")
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    log_in(page, attendee, NEW_PASSWORD)

    expect(page).to_have_url(f"{site}/account/")
    assert complaints == []


def test_other_browser_is_signed_out_from_the_list(page, browser, site, complaints, attendee):
    sign_in(page, site, attendee)
    other = browser.new_context()
    elsewhere = other.new_page()
    sign_in(elsewhere, site, attendee)
    page.goto(f"{site}/account/places/")
    expect(page.locator(".entry")).to_have_count(2)

    page.get_by_role("button", name="Sign out").first.click()

    expect(page.get_by_text("Signed out there.")).to_be_visible()
    expect(page.locator(".entry")).to_have_count(1)
    elsewhere.goto(f"{site}/account/")
    expect(elsewhere).to_have_url(f"{site}/account/login/?next=/account/")
    other.close()
    assert complaints == []


def test_account_is_closed(page, site, complaints, attendee):
    sign_in(page, site, attendee)
    page.goto(f"{site}/account/")
    page.get_by_role("link", name="Close the account").click()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    press(page, "Close my account for good")
    expect(page.get_by_role("alert")).to_contain_text("One thing needs another look.")
    page.get_by_label("Yes, close my account").check()
    press(page, "Close my account for good")

    expect(page.get_by_text("Your account is closed.")).to_be_visible()
    log_in(page, attendee)
    expect(page.get_by_role("heading", name="This account is closed")).to_be_visible()
    assert complaints == []


def mails_of(catcher_page):
    with urllib.request.urlopen(f"{catcher_page}/messages.json") as answer:
        return json.load(answer)


def test_who_registers_reads_the_mail_and_comes_in_by_its_link(
    page, site, complaints, catcher, settings
):
    """From the first page to a passkey, with a real mail in between."""
    smtp, mails = catcher
    settings.MAILERS = {"default": mailer(smtp)}
    settings.SITE_URL = site
    keep_passkeys(page)

    page.goto(f"{site}/")
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Name").fill("Nora")
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_label("Password").fill(NEW_PASSWORD)
    press(page, "Make my account")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    deliver_all(now=timezone.now())

    page.goto(mails)
    (mail,) = mails_of(mails)
    assert mail["to"] == "nora@example.org"
    page.goto(re.findall(rf"{site}/\S+", mail["text"])[0])
    press(page, "Open my account")
    expect(page.get_by_role("heading", name="Nora")).to_be_visible()

    page.goto(f"{site}{MFA}/webauthn/add/")
    page.get_by_label("Password").fill(NEW_PASSWORD)
    press(page, "Go on")
    press(page, "Set up a passkey on this device")
    page.get_by_role("link", name="I have kept them").click()
    log_out(page, site)
    press(page, "Sign in with a passkey")

    expect(page.get_by_role("heading", name="Nora")).to_be_visible()
    assert User.objects.get().email == "nora@example.org"
    assert complaints == []
