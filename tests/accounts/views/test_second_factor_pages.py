"""Authenticator apps, passkeys and recovery codes, by the pages and across page and API."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.forms import not_a_passkey
from tests.kit.api import APIClient
from tests.kit.pages import browser_of, confirm, errors_of, is_signed_in, sign_in, text_of
from tests.kit.queries import assert_cost_is_constant
from tests.kit.second_factor import Device, code_of, give_app, give_passkey, give_recovery_codes

# What allauth tells us after the commit is part of what is tested.
pytestmark = pytest.mark.django_db(transaction=True)
WRONG_CODE = "This code is not right, or was used already. Please wait for the next one."


@pytest.fixture
def browser(attendee):
    """Signed in, and asked a moment ago whether it is still them."""
    browser = browser_of(attendee)
    confirm(browser)
    return browser


def options_of(answer):
    """What the page's script reads."""
    found = re.search(r'id="passkey-options" type="application/json">(.*?)</script>', answer.text)
    assert found is not None
    data = json.loads(found[1])
    return data.get("creation_options") or data["request_options"]


def secret_of(answer):
    found = re.search(r"data-secret>(\w+)<", answer.text)
    assert found is not None
    return found[1]


def set_up_app(browser):
    secret = secret_of(browser.get(reverse("mfa_activate_totp")))
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    return secret, answer


def set_up_passkey(browser, device):
    page = browser.get(reverse("mfa_add_webauthn"))
    credential = json.dumps(device.create(options_of(page)))
    body = {"name": "Phone", "credential": credential}
    return browser.post(reverse("mfa_add_webauthn"), body, follow=True)


def sign_in_with_passkey(browser, device, **fields):
    page = reverse("mfa_login_webauthn")
    options = browser.get(page, headers={"Accept": "application/json"}).json()["request_options"]
    return browser.post(page, {"credential": json.dumps(device.get(options)), **fields})


# Setting up


def test_first_factor_shows_the_recovery_codes_once_and_never_again(browser):
    _secret, answer = set_up_app(browser)

    assert answer.redirect_chain == [(reverse("mfa_view_recovery_codes"), 302)]
    codes = re.findall(r'data-code="(\d+)"', answer.text)
    assert len(codes) == 10
    assert "I have kept them" in text_of(answer)
    assert re.search(r'download="recovery-codes.txt"\s+href="data:text/plain', answer.text)
    again = browser.get(reverse("mfa_view_recovery_codes"))
    assert not [code for code in codes if code in again.text]
    assert "10 codes are left" in text_of(again)
    assert browser.get(reverse("mfa_download_recovery_codes")).status_code == 403


def test_second_factor_more_goes_back_to_the_list(browser):
    set_up_app(browser)

    answer = set_up_passkey(browser, Device())

    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "The passkey is set up." in text_of(answer)
    assert "Phone" in text_of(answer)


def test_setting_up_an_app_with_a_wrong_code_says_so_at_the_field(browser):
    secret = secret_of(browser.get(reverse("mfa_activate_totp")))

    wrong = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret, steps=50)})

    assert errors_of(wrong) == {"code": [WRONG_CODE]}
    assert secret_of(wrong) == secret  # the app need not scan again
    assert not Authenticator.objects.exists()


def test_page_of_a_new_passkey_asks_for_one_that_can_sign_in_alone(browser):
    asked = options_of(browser.get(reverse("mfa_add_webauthn")))["publicKey"]

    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"] == {"id": "testserver", "name": "Ticketing"}


@pytest.mark.parametrize("credential", ["", "{}", "[]", "1", '"x"', '{"id": "x"}', "nonsense", "{"])
@pytest.mark.parametrize(
    "name", ["mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_authenticate"]
)
def test_passkey_that_is_none_is_told_in_words(browser, attendee, name, credential):
    give_passkey(attendee)
    if name == "mfa_authenticate":
        browser.post(reverse("account_logout"))
        sign_in(browser, attendee)

    answer = browser.post(reverse(name), {"name": "Phone", "credential": credential})

    assert answer.status_code == 200
    assert "That did not work" in text_of(answer) or "needs another look" in text_of(answer)
    assert Authenticator.objects.count() == 1


@pytest.mark.parametrize("credential", ["{}", "[]", "[1]", "1", '{"id": "x"}', "{", "null"])
def test_log_in_with_a_passkey_that_is_none_goes_back_to_the_log_in(client, credential):
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})

    assert answer["Location"] == reverse("account_login")
    assert "That did not work" in text_of(client.get(answer["Location"]))


def test_passkey_of_another_challenge_is_not_kept(browser):
    options = options_of(browser.get(reverse("mfa_add_webauthn")))
    browser.get(reverse("mfa_add_webauthn"))  # a newer one, in another window

    body = {"name": "Phone", "credential": json.dumps(Device().create(options))}
    answer = browser.post(reverse("mfa_add_webauthn"), body)

    assert errors_of(answer) == {"__all__": not_a_passkey().messages}
    assert 'value="Phone"' in answer.text
    assert not Authenticator.objects.exists()


def test_passkey_gets_the_name_of_its_device_unless_somebody_knows_better(attendee):
    browser = browser_of(attendee, **{"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/144.0"})
    confirm(browser)

    assert 'value="Firefox on Linux"' in browser.get(reverse("mfa_add_webauthn")).text


def test_passkey_is_renamed_and_names_are_no_markup(browser, attendee):
    key = give_passkey(attendee)
    page = reverse("mfa_edit_webauthn", kwargs={"pk": key.pk})

    empty = browser.post(page, {"name": ""})
    answer = browser.post(page, {"name": "<b>Ring</b> مفتاح"}, follow=True)

    assert list(errors_of(empty)) == ["name"]
    assert answer.redirect_chain == [(reverse("mfa_list_webauthn"), 302)]
    assert "<bdi>&lt;b&gt;Ring&lt;/b&gt; مفتاح</bdi>" in answer.text


# Signing in


def test_log_in_with_password_and_code(client, attendee):
    secret = give_app(attendee)

    asked = sign_in(client, attendee, next=reverse("profile"))
    assert asked["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert errors_of(wrong) == {"code": [WRONG_CODE]}
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert answer["Location"] == reverse("profile")
    assert is_signed_in(client)


def test_log_in_page_leads_back_to_the_step_that_waits_and_there_is_a_way_out(client, attendee):
    give_app(attendee)
    sign_in(client, attendee)

    assert client.get(reverse("account_login"))["Location"] == reverse("mfa_authenticate")
    page = client.get(reverse("mfa_authenticate"))
    assert "Stop, and sign in as somebody else" in text_of(page)
    client.post(reverse("account_logout"), {"next": reverse("account_login")})

    assert client.get(reverse("account_login")).status_code == 200


def test_14_a_code_is_good_once_on_pages_and_in_the_api(client, attendee):
    code = code_of(give_app(attendee))
    sign_in(client, attendee)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302

    for typed in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}", f"{code}."):
        other = browser_of(attendee)
        again = other.post(reverse("mfa_authenticate"), {"code": typed})
        assert errors_of(again) == {"code": [WRONG_CODE]}
    api = APIClient()
    body = {"email": attendee.email, "password": "a-quiet-village-evening"}
    token = api.post("/auth/login", body).json()["mfa_token"]
    refused = api.post("/auth/mfa", {"mfa_token": token, "code": code})

    assert (refused.status_code, refused.json()["code"]) == (401, "code_invalid")


def test_14_the_code_an_app_was_set_up_with_signs_nobody_in(browser, attendee):
    secret, _answer = set_up_app(browser)
    other = browser_of(attendee)

    refused = other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    taken = other.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps=1)})

    assert errors_of(refused) == {"code": [WRONG_CODE]}
    assert taken.status_code == 302


def test_recovery_code_signs_in_once(attendee):
    give_app(attendee)
    code, *_others = give_recovery_codes(attendee)
    first, second = browser_of(attendee), browser_of(attendee)

    assert first.post(reverse("mfa_authenticate"), {"code": f"{code[:4]} {code[4:]}"})["Location"]
    refused = second.post(reverse("mfa_authenticate"), {"code": code})

    assert errors_of(refused) == {"code": [WRONG_CODE]}
    assert is_signed_in(first)


def test_log_in_with_a_passkey_alone_leads_to_where_one_wanted_to_go(client, attendee):
    device = Device()
    give_passkey(attendee, device=device)

    answer = sign_in_with_passkey(client, device, next=reverse("places"))

    assert answer["Location"] == reverse("places")
    assert is_signed_in(client)


def test_34_log_in_with_a_passkey_when_asked_to_go_elsewhere_goes_to_the_account(client, attendee):
    device = Device()
    give_passkey(attendee, device=device)

    answer = sign_in_with_passkey(client, device, next="https://evil.example/")

    assert answer["Location"] == reverse("account")


@pytest.mark.parametrize("change", ["removed", "deactivated", "other key"])
def test_log_in_with_a_passkey_that_is_not_theirs_any_more_is_refused(client, attendee, change):
    device = Device()
    key = give_passkey(attendee, device=device)
    if change == "removed":
        key.delete()
    elif change == "deactivated":
        attendee.is_active = False
        attendee.save()
    else:
        device.key = Device().key

    sign_in_with_passkey(client, device)

    assert not is_signed_in(client)


def test_passkey_of_the_pages_signs_in_to_the_api_too_and_an_answer_counts_once(attendee):
    api, device = APIClient(), Device()
    give_passkey(attendee, device=device)
    asked = api.get("/auth/passkey/options").json()
    body = {"state": asked["state"], "credential": device.get(asked["options"])}

    answer, again = api.post("/auth/passkey", body), api.post("/auth/passkey", body)

    assert answer.json()["user"]["id"] == str(attendee.pk)
    assert (again.status_code, again.json()["code"]) == (401, "passkey_invalid")


@pytest.mark.parametrize(
    "credential", [{}, {"id": "x"}, {"id": 1, "rawId": [], "response": "x", "type": None}]
)
def test_passkey_that_is_none_is_refused_by_the_api(credential):
    api = APIClient()
    asked = api.get("/auth/passkey/options").json()

    answer = api.post("/auth/passkey", {"state": asked["state"], "credential": credential})

    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_invalid")


def test_log_in_with_password_and_passkey(client, attendee):
    device = Device()
    give_passkey(attendee, device=device)
    asked = sign_in(client, attendee)
    assert asked["Location"] == reverse("mfa_authenticate")
    page = client.get(reverse("mfa_authenticate"))

    body = {"credential": json.dumps(device.get(options_of(page)))}
    answer = client.post(reverse("mfa_authenticate"), body)

    assert answer["Location"] == reverse("account")


def test_10_a_passkey_or_a_code_shows_as_well_that_it_is_still_them(client, attendee):
    device = Device()
    give_passkey(attendee, device=device)
    secret = give_app(attendee)
    by_passkey, by_code = Client(), Client()
    for one in (by_passkey, by_code):
        one.force_login(attendee)
    erase = reverse("erase")

    page = by_passkey.get(reverse("mfa_reauthenticate_webauthn"))
    body = {"credential": json.dumps(device.get(options_of(page))), "next": erase}
    shown = by_passkey.post(reverse("mfa_reauthenticate_webauthn"), body)
    typed = by_code.post(reverse("mfa_reauthenticate"), {"code": code_of(secret), "next": erase})

    assert shown["Location"] == typed["Location"] == erase
    assert by_passkey.get(erase).status_code == by_code.get(erase).status_code == 200
    ways = text_of(by_code.get(reverse("mfa_reauthenticate")))
    assert "With a passkey instead" in ways
    assert "With your password instead" in ways


# What a change does everywhere else


def add_app(browser, _attendee):
    set_up_app(browser)


def add_passkey(browser, _attendee):
    set_up_passkey(browser, Device())


def remove_app(browser, _attendee):
    browser.post(reverse("mfa_deactivate_totp"))


def remove_passkey(browser, attendee):
    key = Authenticator.objects.get(user=attendee, type=Authenticator.Type.WEBAUTHN)
    browser.post(reverse("mfa_remove_webauthn", kwargs={"pk": key.pk}))


def new_codes(browser, _attendee):
    browser.post(reverse("mfa_generate_recovery_codes"))


@pytest.mark.parametrize(
    ("given", "change"),
    [
        (None, add_app),
        (None, add_passkey),
        (give_app, remove_app),
        (give_passkey, remove_passkey),
        (give_app, new_codes),
    ],
)
def test_02_a_change_of_the_second_factor_signs_out_everywhere_else(
    browser, attendee, given, change
):
    elsewhere, phone = browser_of(attendee), APIClient(attendee)
    if given:
        given(attendee)
    before = sorted(Authenticator.objects.values_list("pk", flat=True))

    change(browser, attendee)

    assert sorted(Authenticator.objects.values_list("pk", flat=True)) != before
    assert (is_signed_in(browser), is_signed_in(elsewhere)) == (True, False)
    assert phone.get("/me").status_code == 401
    assert phone.post("/auth/refresh", {"refresh": phone.pair.refresh}).status_code == 401


def test_last_factor_takes_the_recovery_codes_along(browser, attendee):
    give_app(attendee)
    give_recovery_codes(attendee)

    answer = browser.post(reverse("mfa_deactivate_totp"), follow=True)

    assert not Authenticator.objects.exists()
    assert "The authenticator app is not asked for any more." in text_of(answer)


def test_new_recovery_codes_kill_the_old_ones(browser, attendee):
    give_app(attendee)
    old, *_others = give_recovery_codes(attendee)

    answer = browser.post(reverse("mfa_generate_recovery_codes"), follow=True)

    new = re.findall(r'data-code="(\d+)"', answer.text)
    assert len(new) == 10
    assert old not in new
    other = browser_of(attendee)
    assert errors_of(other.post(reverse("mfa_authenticate"), {"code": old}))
    assert other.post(reverse("mfa_authenticate"), {"code": new[0]}).status_code == 302


def test_recovery_codes_without_another_factor_are_refused_in_words(browser):
    answer = browser.post(reverse("mfa_generate_recovery_codes"))

    assert "Please set up one first." in text_of(answer)


def test_lists_of_passkeys_cost_the_same_however_many_there_are(browser, attendee):
    for name in ("mfa_index", "mfa_list_webauthn"):
        assert_cost_is_constant(
            lambda: give_passkey(attendee), lambda name=name: browser.get(reverse(name))
        )
