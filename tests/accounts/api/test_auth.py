from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import signing
from django.utils import timezone

from accounts.domain import mail_links
from accounts.models import RefreshFamily, User
from tests.factories import PASSWORD, UserFactory
from tests.kit.api import APIClient
from tests.kit.mails import key_of_last, kinds_sent, last_message
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "forty-singers-one-hall"


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed or compared: the costly part that a clock could see."""
    counted = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def count(*args, original=original, name=name, **kwargs):
            counted.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, count)
    return counted


def registration(**changes):
    return {"email": "new@example.org", "password": NEW_PASSWORD, "name": "Nora", **changes}


def codes(answer):
    return (answer.status_code, answer.json()["code"])


def test_register_verify_and_log_in_open_an_account(api):
    assert api.post("/auth/register", registration(locale="fr")).status_code == 202
    unopened = api.post("/auth/login", {"email": "new@example.org", "password": NEW_PASSWORD})
    assert codes(unopened) == (403, "email_unverified")

    opened = api.post("/auth/verify-email", {"key": key_of_last("verify_email")})

    user = User.objects.get()
    assert (user.email, user.name, user.locale) == ("new@example.org", "Nora", "fr")
    assert set(opened.json()) == {"access", "refresh", "user"}
    assert opened.json()["user"]["id"] == str(user.pk)
    again = api.post("/auth/login", {"email": "New@Example.org", "password": NEW_PASSWORD})
    assert again.status_code == 200


def test_register_when_the_password_is_weak_says_why_and_makes_nothing(api):
    answer = api.post("/auth/register", registration(password="password1234"))

    assert codes(answer) == (400, "password_too_weak")
    assert list(answer.json()["errors"]) == ["password"]
    assert User.objects.count() == 0


def test_11_register_when_the_address_is_known_looks_the_same_and_costs_the_same(
    api, attendee, hashed
):
    unknown = api.post("/auth/register", registration())
    for_unknown = [*hashed]
    hashed.clear()

    known = api.post("/auth/register", registration(email=attendee.email))

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert hashed == for_unknown == ["encode"]
    assert kinds_sent() == ["account_exists", "verify_email"]
    attendee.refresh_from_db()
    assert attendee.check_password(PASSWORD)


def test_register_when_somebody_else_began_first_belongs_to_who_reads_the_mail(api):
    api.post("/auth/register", registration(password="the-attacker-knows-this"))
    first_key = key_of_last("verify_email")
    api.post("/auth/register", registration())

    assert codes(api.post("/auth/verify-email", {"key": first_key})) == (400, "key_invalid")
    api.post("/auth/verify-email", {"key": key_of_last("verify_email")})

    assert User.objects.get().check_password(NEW_PASSWORD)


def test_15_a_verification_link_works_once_and_for_an_hour(api, monkeypatch):
    api.post("/auth/register", registration())
    key = key_of_last("verify_email")
    later = signing.time.time() + 3601
    with monkeypatch.context() as clock:
        clock.setattr(signing.time, "time", lambda: later)
        assert codes(api.post("/auth/verify-email", {"key": key})) == (400, "key_invalid")

    assert api.post("/auth/verify-email", {"key": key}).status_code == 200
    assert codes(api.post("/auth/verify-email", {"key": key})) == (400, "key_invalid")


def test_11_log_in_when_the_address_is_unknown_looks_the_same_and_costs_the_same(
    api, attendee, hashed
):
    known = api.post("/auth/login", {"email": attendee.email, "password": "wrong-but-long"})
    for_known = [*hashed]
    hashed.clear()

    unknown = api.post("/auth/login", {"email": "nobody@example.org", "password": "wrong-but-long"})

    assert codes(known) == codes(unknown) == (401, "invalid_credentials")
    assert known.json()["detail"] == unknown.json()["detail"]
    assert len(hashed) == len(for_known) == 1


def test_log_in_when_deactivated_is_an_invalid_credential(api, attendee):
    attendee.is_active = False
    attendee.save()

    answer = api.post("/auth/login", {"email": attendee.email, "password": PASSWORD})

    assert codes(answer) == (401, "invalid_credentials")


def test_12_guessing_at_one_account_is_held_back_from_every_address(api, attendee, settings):
    settings.RATE_LIMIT_SCALE = 1
    body = {"email": attendee.email, "password": "wrong-but-long"}

    statuses = [
        api.client.post(
            "/api/v1/auth/login", body, content_type="application/json",
            REMOTE_ADDR=f"192.0.2.{number}",
        ).status_code
        for number in range(12)
    ]  # fmt: skip

    assert statuses == [401] * 10 + [429] * 2
    held = api.post("/auth/login", {"email": attendee.email, "password": PASSWORD})
    assert codes(held) == (429, "too_many_attempts")
    assert int(held["Retry-After"]) > 0


def test_03_a_token_of_somebody_deactivated_is_refused_at_the_next_request(attendee):
    api = APIClient(attendee)
    assert api.get("/me").status_code == 200
    User.objects.update(is_active=False)

    answer = api.get("/me")

    assert codes(answer) == (401, "token_invalid")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert codes(api.post("/auth/refresh", {"refresh": api.pair.refresh})) == (401, "token_invalid")


def test_03_a_token_of_somebody_deleted_is_refused_and_no_error(attendee):
    api = APIClient(attendee)
    attendee.delete()

    assert api.get("/me").status_code == 401
    assert api.post("/auth/refresh", {"refresh": api.pair.refresh}).status_code == 401


def test_07_an_access_token_is_no_refresh_token_and_the_other_way_round(attendee):
    api = APIClient(attendee)

    assert api.post("/auth/refresh", {"refresh": api.pair.access}).status_code in {400, 401}
    api.headers["Authorization"] = f"Bearer {api.pair.refresh}"
    assert api.get("/me").status_code == 401


def test_refresh_and_log_out(attendee):
    api = APIClient(attendee)

    fresh = api.post("/auth/refresh", {"refresh": api.pair.refresh}).json()

    assert set(fresh) == {"access", "refresh"}
    assert api.post("/auth/logout", {"refresh": fresh["refresh"]}).status_code == 204
    assert codes(api.post("/auth/refresh", {"refresh": fresh["refresh"]})) == (401, "token_invalid")
    assert api.get("/me").status_code == 401


def test_forgotten_password_is_replaced_and_everything_is_signed_out(api, attendee):
    phone = APIClient(attendee)
    assert api.post("/auth/password/forgot", {"email": attendee.email}).status_code == 202
    deliver_all(now=timezone.now())

    key = key_of_last("reset_password")
    weak = api.post("/auth/password/reset", {"key": key, "password": "short"})
    assert codes(weak) == (400, "password_too_weak")
    done = api.post("/auth/password/reset", {"key": key, "password": NEW_PASSWORD})

    assert done.status_code == 204
    assert phone.get("/me").status_code == 401
    assert codes(api.post("/auth/password/reset", {"key": key, "password": NEW_PASSWORD})) == (
        400, "key_invalid",
    )  # fmt: skip
    assert api.post("/auth/login", {"email": attendee.email, "password": NEW_PASSWORD})
    assert "password_changed" in kinds_sent()


def test_11_forgotten_password_for_an_unknown_address_does_the_same(api, attendee):
    known = api.post("/auth/password/forgot", {"email": attendee.email})
    unknown = api.post("/auth/password/forgot", {"email": "nobody@example.org"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert kinds_sent() == []  # whether there is an account is a worker's question
    deliver_all(now=timezone.now())
    assert kinds_sent() == ["reset_password"]


def test_15_a_reset_link_dies_when_the_password_changes_otherwise(api, attendee):
    key = mail_links.make_key(mail_links.Purpose.RESET, attendee)
    APIClient(attendee).post("/auth/password/change", {"current": PASSWORD, "new": NEW_PASSWORD})

    answer = api.post("/auth/password/reset", {"key": key, "password": "another-good-one"})

    assert codes(answer) == (400, "key_invalid")


def test_15_a_key_for_one_thing_opens_no_other(api, attendee):
    key = mail_links.make_key(mail_links.Purpose.RESET, attendee)

    assert codes(api.post("/auth/verify-email", {"key": key})) == (400, "key_invalid")


def test_10_changing_the_password_needs_the_present_one(attendee):
    api = APIClient(attendee)

    answer = api.post("/auth/password/change", {"current": "wrong-but-long", "new": NEW_PASSWORD})

    assert codes(answer) == (400, "password_wrong")
    assert list(answer.json()["errors"]) == ["current"]


def test_02_changing_the_password_signs_out_everywhere_but_here(attendee, client):
    here, elsewhere = APIClient(attendee), APIClient(attendee)
    client.force_login(attendee)

    here.post("/auth/password/change", {"current": PASSWORD, "new": NEW_PASSWORD})

    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 401
    assert client.get("/account/").status_code == 302


def test_10_changing_the_address_asks_the_new_one_and_tells_the_old_one(attendee, client):
    api = APIClient(attendee)
    wrong = api.post("/me/email", {"email": "ada@example.net", "password": "wrong-but-long"})
    assert codes(wrong) == (400, "password_wrong")

    asked = api.post("/me/email", {"email": "Ada@Example.net", "password": PASSWORD})

    assert asked.status_code == 202
    assert last_message("email_change_verify").address == "ada@example.net"
    assert last_message("email_change_notice").address == attendee.email
    attendee.refresh_from_db()
    assert attendee.email == "attendee@example.org"
    client.post("/account/address/confirm/", {"key": key_of_last("email_change_verify")})
    attendee.refresh_from_db()
    assert attendee.email == "ada@example.net"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [
        ("ada@example.net", True)
    ]


def test_11_changing_to_an_address_that_is_taken_looks_the_same_and_mails_no_link(attendee):
    UserFactory(email="taken@example.org")
    api = APIClient(attendee)

    free = api.post("/me/email", {"email": "free@example.org", "password": PASSWORD})
    taken = api.post("/me/email", {"email": "taken@example.org", "password": PASSWORD})

    assert (free.status_code, free.content) == (taken.status_code, taken.content)
    assert kinds_sent().count("email_change_verify") == 1


def test_the_key_set_is_public_and_may_be_cached(api):
    answer = api.get("/auth/jwks")

    assert answer.json()["keys"][0]["crv"] == "Ed25519"
    assert "public" in answer["Cache-Control"]


def test_a_call_answers_with_and_without_the_last_slash(api):
    assert api.get("/auth/jwks/").json() == api.get("/auth/jwks").json()


def test_22_register_takes_no_more_than_it_asks_for(api):
    api.post(
        "/auth/register", registration(is_staff=True, is_superuser=True, id="1", joined_at="x")
    )

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_logging_in_remembers_the_device(api, attendee):
    api.post(
        "/auth/login", {"email": attendee.email, "password": PASSWORD}, **{"User-Agent": "Fancy/1"}
    )

    family = RefreshFamily.objects.get()
    assert (family.device, family.address) == ("Fancy/1", "127.0.0.1")
    assert timezone.now() - family.started_at < timedelta(minutes=1)
