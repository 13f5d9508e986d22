"""Which pages of the account are for everybody, for somebody signed in, for who has just proved it."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.kit.pages import browser_of, confirm
from tests.kit.second_factor import give_app, give_passkey, give_recovery_codes

pytestmark = pytest.mark.django_db
# For everybody.
OPEN = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "confirm_new_address",
]
# For who is signed in.
OWN = [
    "account",
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "profile",
    "places",
    "mfa_index",
    "mfa_list_webauthn",
]
# For who has just shown that it is still them.
SENSITIVE = ["erase", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"]
WITH_APP = ["mfa_deactivate_totp", "mfa_view_recovery_codes"]
WITH_PASSKEY = ["mfa_edit_webauthn", "mfa_remove_webauthn"]


def asks_to_sign_in(answer, page):
    return answer["Location"] == f"{reverse('account_login')}?next={quote(page, safe='/')}"


def asks_again(answer, page):
    again = [reverse("account_reauthenticate"), reverse("mfa_reauthenticate")]
    return answer["Location"] in {f"{one}?next={quote(page, safe='')}" for one in again}


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("name", OPEN)
def test_open_page_opens_for_everybody(client, name, language):
    answer = client.get(language + reverse(name))

    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("name", OWN)
def test_own_page_opens_for_who_is_signed_in_and_sends_others_to_the_log_in(client, attendee, name):
    page = reverse(name)

    assert asks_to_sign_in(client.get(page), page)
    assert browser_of(attendee).get(page).status_code == 200


def test_own_page_in_french_sends_to_the_log_in_in_french(client):
    assert client.get("/fr/account/")["Location"] == "/fr/account/login/?next=/fr/account/"


@pytest.mark.parametrize("name", [*SENSITIVE, *WITH_APP, *WITH_PASSKEY])
def test_10_sensitive_page_asks_once_more_who_it_is(client, attendee, name):
    give_app(attendee) if name != "mfa_activate_totp" else None
    give_recovery_codes(attendee)
    key = give_passkey(attendee)
    page = reverse(name, kwargs={"pk": key.pk} if name in WITH_PASSKEY else None)
    browser = browser_of(attendee)
    browser.force_login(attendee)

    anonymous = client.get(page)
    assert anonymous["Location"].startswith(f"{reverse('account_login')}?next=")
    assert asks_again(browser.get(page), page)
    if name != "mfa_view_recovery_codes":  # only looked at
        assert asks_again(browser.post(page, {"is_sure": "on"}), page)
    confirm(browser)

    assert browser.get(page).status_code == 200


def test_10_a_quarter_of_an_hour_later_it_is_asked_again(attendee, monkeypatch):
    browser = browser_of(attendee)
    confirm(browser)
    page = reverse("erase")
    assert browser.get(page).status_code == 200

    from allauth.account.internal.flows import reauthentication  # noqa: PLC0415 - only here

    now = reauthentication.time.time()
    monkeypatch.setattr(reauthentication.time, "time", lambda: now + 901)

    assert asks_again(browser.get(page), page)


def test_what_was_sent_before_it_was_asked_is_not_lost(attendee):
    browser = browser_of(attendee)
    page = reverse("erase")
    asked = browser.post(page, {"is_sure": "on"})

    browser.post(asked["Location"], {"password": "a-quiet-village-evening"})

    attendee.refresh_from_db()
    assert not attendee.is_active


@pytest.mark.parametrize("name", WITH_PASSKEY)
def test_passkey_of_somebody_else_is_not_there(attendee, stranger, name):
    page = reverse(name, kwargs={"pk": give_passkey(stranger).pk})
    browser = browser_of(attendee)
    confirm(browser)

    assert browser.get(page).status_code == 404
    assert browser.post(page, {"name": "Mine"}).status_code == 404


@pytest.mark.parametrize("name", ["mfa_deactivate_totp", "mfa_view_recovery_codes"])
def test_page_of_what_one_has_not_is_not_there(attendee, name):
    browser = browser_of(attendee)
    confirm(browser)

    assert browser.get(reverse(name)).status_code == 404


def test_one_more_step_is_for_who_has_done_the_first(client):
    assert client.get(reverse("mfa_authenticate"))["Location"] == reverse("account_login")
    assert client.get(reverse("mfa_reauthenticate"))["Location"].startswith(
        reverse("account_login")
    )
