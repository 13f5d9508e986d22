"""The pages of the account without a browser: who may open them, and what they say back."""

import re
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.domain.mail_links import Purpose, make_key
from accounts.models import User
from tests.accounts.views.test_who_may_open import OPEN, OWN, SENSITIVE
from tests.factories import PASSWORD, UserFactory
from tests.kit.api import APIClient
from tests.kit.pages import browser_of, confirm, errors_of, is_signed_in, sign_in, text_of

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "forty-singers-one-hall"
FOREIGN = [
    "https://evil.example/",
    "//evil.example/account/",
    "/\\evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "\thttps://evil.example",
]


# Signing in and out


def test_01_log_in_gives_the_session_another_key_and_the_old_one_opens_nothing(client, attendee):
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    before = client.cookies["session"].value
    assert Session.objects.filter(session_key=before).exists()

    sign_in(client, attendee)

    after = client.cookies["session"].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    old, new = Client(), Client()
    old.cookies["session"], new.cookies["session"] = before, after
    assert (is_signed_in(old), is_signed_in(new)) == (False, True)


def test_02_log_out_ends_the_session(client, attendee):
    sign_in(client, attendee)
    key = client.cookies["session"].value

    answer = client.post(reverse("account_logout"), follow=True)

    assert "You are signed out of this browser." in text_of(answer)
    stolen = Client()
    stolen.cookies["session"] = key
    assert not is_signed_in(stolen)


def test_log_out_when_only_looked_at_signs_nobody_out(client, attendee):
    sign_in(client, attendee)

    client.get(reverse("account_logout"))

    assert is_signed_in(client)


def test_log_in_leads_to_where_one_wanted_to_go(client, attendee):
    asked = client.get(reverse("places"), follow=True)
    assert '<input type="hidden" name="next" value="/account/places/">' in asked.text

    answer = sign_in(client, attendee, next=reverse("places"))

    assert answer["Location"] == reverse("places")


@pytest.mark.parametrize("address", FOREIGN)
def test_34_log_in_when_asked_to_go_elsewhere_goes_to_the_account(client, attendee, address):
    assert sign_in(client, attendee, next=address)["Location"] == reverse("account")


@pytest.mark.parametrize("address", FOREIGN)
def test_34_no_other_page_of_the_account_leads_elsewhere_either(client, attendee, address):
    sign_in(client, attendee)
    again, out = reverse("account_reauthenticate"), reverse("account_logout")

    confirmed = client.post(again, {"password": PASSWORD, "next": address})
    signed_in_already = client.get(f"{reverse('account_login')}?next={quote(address)}")
    left = client.post(out, {"next": address})
    failed = client.post(
        reverse("mfa_login_webauthn"), {"credential": '{"id": "x"}', "next": address}
    )

    assert confirmed["Location"] == signed_in_already["Location"] == reverse("account")
    assert left["Location"] == failed["Location"] == reverse("account_login")


def test_passkey_log_in_when_it_fails_keeps_where_one_wanted_to_go(client):
    body = {"credential": '{"id": "x"}', "next": reverse("places")}

    answer = client.post(reverse("mfa_login_webauthn"), body)

    assert answer["Location"] == f"{reverse('account_login')}?next=%2Faccount%2Fplaces%2F"
    assert "We do not know this passkey" in text_of(client.get(answer["Location"]))


def test_11_log_in_when_the_address_is_unknown_shows_the_same_page(client, attendee):
    def shown(address):
        answer = client.post(
            reverse("account_login"), {"login": address, "password": "wrong-but-long"}
        )
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
        return answer.status_code, page.replace(address, "ADDRESS")

    known, unknown = shown(attendee.email), shown("nobody.atall@example.org")

    assert known == unknown
    assert "The e-mail address and the password do not belong together." in known[1]
    assert 'value="ADDRESS"' in known[1]


def test_log_in_when_the_account_was_never_opened_asks_to_look_into_the_mail(client):
    user = UserFactory(is_verified=False)

    answer = sign_in(client, user)

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)


def test_log_in_when_the_account_is_closed_says_so_to_who_knows_the_password(client, attendee):
    User.objects.update(is_active=False)

    assert sign_in(client, attendee)["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)


# Cookies, caches, forged forms


@pytest.mark.parametrize("name", [*OPEN, *OWN])
def test_36_pages_of_the_account_are_kept_by_nobody(client, attendee, name):
    if name in OWN:
        client.force_login(attendee)

    caching = set(client.get(reverse(name))["Cache-Control"].split(", "))

    assert {"private", "no-store"} <= caching
    assert "public" not in caching


@pytest.mark.parametrize(
    "name", [*OPEN, *OWN, *SENSITIVE, "account_logout", "mfa_login_webauthn", "mfa_authenticate"]
)
def test_30_no_form_is_taken_without_its_token(attendee, name):
    strict = Client(enforce_csrf_checks=True)
    if name in OWN or name in SENSITIVE:
        strict.force_login(attendee)

    answer = strict.post(reverse(name), {"place": "x", "is_sure": "on"})

    assert answer.status_code == 403
    assert "The form was open for too long." in answer.text


def test_keys_of_mails_are_told_to_no_other_site_and_their_forms_can_be_sent(client, attendee):
    for name in ("account_confirm_email", "account_reset_password_from_key", "confirm_new_address"):
        page = client.get(f"{reverse(name)}?key=abc%22")
        # Not "no-referrer": browsers then hide the form's origin too, and it would be refused.
        assert page["Referrer-Policy"] == "strict-origin"
        assert '<input type="hidden" name="key" value="abc&quot;">' in page.text


# Registering, and new passwords


def test_register_leads_to_the_page_that_says_look_into_your_mail(client):
    body = {"name": "Nora", "email": "new@example.org", "password": NEW_PASSWORD}

    answer = client.post(reverse("account_signup"), body, follow=True)

    assert answer.redirect_chain == [(reverse("account_email_verification_sent"), 302)]
    assert "Look into your mail" in text_of(answer)
    assert not EmailAddress.objects.get(email="new@example.org").verified


def test_11_register_when_the_address_is_known_shows_the_same(client, attendee):
    body = {"name": "Nora", "email": attendee.email, "password": NEW_PASSWORD}

    answer = client.post(reverse("account_signup"), body)

    assert answer["Location"] == reverse("account_email_verification_sent")


def test_register_when_something_is_wrong_says_it_at_the_field_and_keeps_the_rest(client):
    body = {"name": "Nora <b>", "email": "new@example", "password": "short"}
    page = reverse("account_signup")

    malformed = client.post(page, body)
    weak = client.post(page, body | {"email": "new@example.org"})

    assert list(errors_of(malformed)) == ["email"]
    assert list(errors_of(weak)) == ["password"]
    assert 'value="Nora &lt;b&gt;"' in weak.text
    assert 'value="new@example.org"' in weak.text
    assert "short" not in re.findall(r'value="([^"]*)"', weak.text)
    assert "The password has to be typed again." in text_of(weak)
    assert 'aria-describedby="id_password_helptext id_password_error"' in weak.text
    assert User.objects.count() == 0


def test_link_of_the_mail_opens_the_account_by_a_button_and_signs_in(client):
    user = UserFactory(is_verified=False)
    key = make_key(Purpose.VERIFY, user)
    page = reverse("account_confirm_email")

    looked = client.get(f"{page}?key={key}")
    assert looked.status_code == 200
    assert not EmailAddress.objects.get().verified

    opened = client.post(page, {"key": key}, follow=True)

    assert opened.redirect_chain == [(reverse("account"), 302)]
    assert "Your address is confirmed. Welcome." in text_of(opened)
    again = Client().post(page, {"key": key})
    assert list(errors_of(again)) == ["__all__"]
    assert "This link was used already" in text_of(again)


def test_forgotten_password_is_replaced_by_the_key_of_the_mail(client, attendee):
    elsewhere = browser_of(attendee)
    asked = client.post(reverse("account_reset_password"), {"email": attendee.email})
    assert asked["Location"] == reverse("account_reset_password_done")
    key, page = make_key(Purpose.RESET, attendee), reverse("account_reset_password_from_key")

    weak = client.post(page, {"key": key, "password": "short"})
    assert list(errors_of(weak)) == ["password"]
    assert f'name="key" value="{key}"' in weak.text
    done = client.post(page, {"key": key, "password": NEW_PASSWORD}, follow=True)

    assert done.redirect_chain == [(reverse("account_login"), 302)]
    assert "Your password is changed. Please sign in with it." in text_of(done)
    assert not is_signed_in(elsewhere)
    assert sign_in(client, attendee, password=NEW_PASSWORD)["Location"] == reverse("account")


def test_02_10_password_is_changed_by_who_knows_it_and_everywhere_else_is_signed_out(attendee):
    here, elsewhere, phone = browser_of(attendee), browser_of(attendee), APIClient(attendee)
    page = reverse("account_change_password")

    wrong = here.post(page, {"current": "wrong-but-long", "new": NEW_PASSWORD})
    assert errors_of(wrong) == {"current": ["This is not your present password."]}
    changed = here.post(page, {"current": PASSWORD, "new": NEW_PASSWORD}, follow=True)

    assert "Your password is changed." in text_of(changed)
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    assert phone.get("/me").status_code == 401


def test_browser_in_which_the_password_was_changed_is_still_known(attendee):
    here = browser_of(attendee)
    body = {"current": PASSWORD, "new": NEW_PASSWORD}
    here.post(reverse("account_change_password"), body)

    places = here.get(reverse("places")).context["places"]

    assert [place.is_current for place in places] == [True]


def test_10_address_changes_when_the_password_is_known_and_the_new_mailbox_is_opened(attendee):
    here, elsewhere = browser_of(attendee), browser_of(attendee)
    page, new = reverse("account_email"), "ada@example.net"

    wrong = here.post(page, {"email": new, "password": "wrong-but-long"})
    assert list(errors_of(wrong)) == ["password"]
    assert f'value="{new}"' in wrong.text
    here.post(page, {"email": new, "password": PASSWORD})
    attendee.refresh_from_db()
    assert attendee.email == "attendee@example.org"
    key = make_key(Purpose.CHANGE_ADDRESS, attendee, email=new)
    here.post(reverse("confirm_new_address"), {"key": key})

    attendee.refresh_from_db()
    assert attendee.email == new
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


# Who one is


def test_account_page_says_who_one_is_and_names_are_no_markup(client):
    user = UserFactory(name="<script>alert(1)</script> ليلى")
    sign_in(client, user)

    page = client.get(reverse("account"))

    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt; ليلى</bdi>" in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(("is_required", "is_staff"), [(True, True), (True, False), (False, True)])
def test_account_page_warns_who_needs_a_second_factor(client, settings, is_required, is_staff):
    settings.REQUIRE_MFA = is_required
    sign_in(client, UserFactory(is_staff=is_staff))

    is_warned = "One thing is missing" in text_of(client.get(reverse("account")))

    assert is_warned is (is_required and is_staff)


def profile(**changes):
    return {"name": "Ada", "locale": "fr", "timezone": "Europe/Paris", **changes}


def test_profile_is_changed_and_its_picture_shown(client, attendee, picture_file):
    sign_in(client, attendee)

    answer = client.post(reverse("profile"), profile(picture=picture_file), follow=True)

    assert "Your profile is changed." in text_of(answer)
    attendee.refresh_from_db()
    assert (attendee.name, attendee.locale, attendee.timezone) == ("Ada", "fr", "Europe/Paris")
    shown = client.get(reverse("profile"))
    assert 'class="portrait" src="data:image/webp;base64,' in shown.text
    assert "Take the picture away" in text_of(shown)


def test_profile_when_the_picture_cannot_be_read_goes_on_without(client, attendee):
    User.objects.filter(pk=attendee.pk).update(picture="people/gone.webp")
    sign_in(client, attendee)

    page = client.get(reverse("profile"))

    assert page.status_code == 200
    assert "portrait" not in page.text


def test_profile_when_something_is_wrong_keeps_what_was_typed(client, attendee):
    sign_in(client, attendee)
    no_picture = SimpleUploadedFile("x.png", b"no picture", content_type="image/png")

    answer = client.post(
        reverse("profile"), profile(name="Zoë", timezone="Mars/Olympus", picture=no_picture)
    )

    assert sorted(errors_of(answer)) == ["picture", "timezone"]
    assert 'value="Zoë"' in answer.text
    assert "files have to be chosen again" in text_of(answer)


# Leaving


def test_closing_the_account_asks_twice_and_signs_out_everywhere(client, attendee):
    elsewhere, phone = browser_of(attendee), APIClient(attendee)
    sign_in(client, attendee)
    page = reverse("erase")
    assert client.post(page, {"is_sure": "on"})["Location"].startswith(
        reverse("account_reauthenticate")
    )
    confirm(client)
    unsure = client.post(page)
    assert list(errors_of(unsure)) == ["is_sure"]

    answer = client.post(page, {"is_sure": "on"}, follow=True)

    assert "Your account is closed." in text_of(answer)
    attendee.refresh_from_db()
    assert not attendee.is_active
    assert (is_signed_in(client), is_signed_in(elsewhere)) == (False, False)
    assert phone.get("/me").status_code == 401
