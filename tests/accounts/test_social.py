"""Signing in with an account elsewhere, against a provider on loopback that signs its tokens."""

import urllib.request
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.enums import SocialProvider
from accounts.identity_providers import code_flow
from accounts.models import SocialAccount, User
from tests.factories import UserFactory
from tests.kit.api import APIClient
from tests.kit.identity_provider import MOBILE, identity_provider, new_key

pytestmark = pytest.mark.django_db
OPENID = [name for name in SocialProvider.values if name != "github"]


@pytest.fixture
def provider(settings):
    with identity_provider() as provider:
        settings.SOCIAL_PROVIDERS = provider.settings()
        settings.SOCIAL_PROVIDERS["apple"] |= {"signs": {}}
        settings.SOCIAL_REDIRECT_URIS = ["choir.app:/signed-in"]
        yield provider


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def agree(address):
    """The person says yes at the provider; where the browser is sent back to."""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        opener.open(address)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("no redirect")


def go_there(client, name, **query):
    return client.get(f"/account/social/{name}/", query)["Location"]


def come_back(client, address):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def is_signed_in(client):
    return "_auth_user_id" in client.session


def walk(client, name, **query):
    return come_back(client, agree(go_there(client, name, **query)))


@pytest.mark.parametrize("name", SocialProvider.values)
def test_the_first_sign_in_opens_an_account_and_the_second_finds_it(provider, name):
    provider.person["email"] = "ada@example.org"
    first, second = Client(), Client()

    walk(first, name)
    EmailAddress.objects.update(verified=True)  # some providers' word on addresses is not taken
    walk(second, name)

    user, link = User.objects.get(), SocialAccount.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == ("ada@example.org", "Ada", False)
    assert (link.provider, link.subject) == (name, "1001")
    assert is_signed_in(second)


def test_where_the_provider_s_word_on_addresses_is_not_taken_the_mail_must_be_opened(provider):
    for name, is_taken in [("google", True), ("microsoft", False), ("facebook", False)]:
        provider.person |= {"email": f"{name}@example.org", "sub": name}
        client = Client()

        walk(client, name)

        assert is_signed_in(client) is is_taken, name


def test_16_the_request_carries_state_pkce_and_nonce_and_our_exact_address(provider, client):
    sent = {k: v[0] for k, v in parse_qs(urlsplit(go_there(client, "google")).query).items()}

    kept = client.session["social"]
    assert sent["redirect_uri"] == "http://testserver/account/social/google/callback/"
    assert (sent["state"], sent["nonce"]) == (kept["state"], kept["nonce"])
    assert sent["code_challenge_method"] == "S256"
    assert kept["verifier"] not in str(sent)
    again = parse_qs(urlsplit(go_there(client, "google")).query)
    assert again["state"][0] != sent["state"]


def test_16_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(provider, client):
    back = agree(go_there(client, "google"))
    other = Client()

    come_back(other, back)
    wrong = come_back(client, back.replace("state=", "state=x"))

    assert not is_signed_in(other)
    assert not is_signed_in(client)
    assert wrong["Location"] == "/account/login/"
    assert not User.objects.exists()


def test_16_an_answer_is_taken_once_and_soon(provider, client, monkeypatch):
    back = agree(go_there(client, "google"))
    late = timezone.now() + timedelta(minutes=11)
    with monkeypatch.context() as clock:
        clock.setattr("accounts.views.social.timezone.now", lambda: late)
        come_back(client, back)
    assert not is_signed_in(client)

    come_back(client, back)  # the late try has used it up

    assert not is_signed_in(client)


def test_16_an_answer_of_another_provider_is_refused(provider, client):
    back = agree(go_there(client, "google"))

    come_back(client, back.replace("/google/", "/facebook/"))

    assert not is_signed_in(client)


@pytest.mark.parametrize("name", OPENID)
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-site"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": ""},
        {"sub": None},
        {"iat": 9999999999},
        {"azp": "another-site"},
    ],
    ids=str,
)
def test_16_a_token_that_is_not_for_us_now_is_refused(provider, client, name, changes):
    provider.changes = changes

    walk(client, name)

    assert not is_signed_in(client)
    assert not User.objects.exists()


def test_16_a_token_signed_by_somebody_else_is_refused(provider, client):
    walk(Client(), "google")  # the right key is known by now
    provider.key = new_key()

    walk(client, "google")

    assert not is_signed_in(client)


def test_a_provider_that_has_changed_its_keys_is_believed_under_the_new_name(provider, client):
    walk(Client(), "google")
    walk(Client(), "google")
    assert provider.asked_for_keys == 1
    provider.key, provider.kid = new_key(), "second"

    walk(client, "google")

    assert is_signed_in(client)
    assert provider.asked_for_keys == 2


def test_16_microsoft_s_issuer_must_be_that_of_the_token_s_own_tenant(provider, client):
    provider.changes = {"tid": "00000000-0000-0000-0000-000000000000"}

    walk(client, "microsoft")

    assert not User.objects.exists()


def test_16_an_address_that_the_provider_has_not_verified_opens_no_account_that_exists(
    provider, client
):
    UserFactory(email="ada@example.org")
    provider.person["email_verified"] = False

    answer = walk(client, "google")

    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert answer["Location"] == "/account/login/"


@pytest.mark.parametrize("name", ["microsoft", "facebook"])
def test_16_whose_word_on_addresses_is_not_taken_opens_no_account_that_exists(
    provider, client, name
):
    UserFactory(email="ada@example.org")

    walk(client, name)

    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_16_an_address_verified_by_both_is_one_person(provider, client):
    user = UserFactory(email="ada@example.org")

    walk(client, "google")

    assert SocialAccount.objects.get().user == user
    assert is_signed_in(client)


def test_16_the_account_is_known_by_issuer_and_subject_whatever_the_address_becomes(
    provider, client
):
    walk(Client(), "google")
    UserFactory(email="new@example.org")
    provider.person["email"] = "new@example.org"

    walk(client, "google")

    assert client.session["_auth_user_id"] == str(User.objects.get(email="ada@example.org").pk)


def test_an_account_that_nobody_ever_opened_gives_way_to_who_has_the_mailbox(provider, client):
    squatter = UserFactory(email="ada@example.org", is_verified=False)

    walk(client, "google")

    assert User.objects.get().pk != squatter.pk
    assert not User.objects.get().has_usable_password()


def test_03_who_is_deactivated_is_not_let_in(provider, client):
    walk(Client(), "google")
    User.objects.update(is_active=False)

    walk(client, "google")

    assert not is_signed_in(client)


def test_without_an_address_there_is_no_account(provider, client):
    provider.person["email"] = ""

    answer = walk(client, "google")

    assert (answer["Location"], User.objects.count()) == ("/account/login/", 0)


def test_34_after_signing_in_one_lands_on_this_site_alone(provider):
    for wanted, reached in [
        ("/organizers/new/", "/organizers/new/"),
        ("https://evil.example/", "/account/"),
        ("//evil.example", "/account/"),
    ]:
        assert walk(Client(), "google", next=wanted)["Location"] == reached


def test_a_second_factor_of_ours_is_still_asked_for(provider, client):
    user = UserFactory(email="ada@example.org")
    user.authenticator_set.create(type="totp", data={})

    answer = walk(client, "google")

    assert answer["Location"] == "/account/second-factor/authenticate/"
    assert not is_signed_in(client)


def test_who_is_signed_in_connects_an_account_whatever_its_address(provider, client, attendee):
    client.force_login(attendee)
    provider.person |= {"email": "elsewhere@example.com", "email_verified": False}

    answer = walk(client, "google")

    assert answer["Location"] == "/account/connections/"
    assert SocialAccount.objects.get().user == attendee


def test_an_account_connected_to_somebody_else_stays_theirs(provider, client, attendee):
    walk(Client(), "google")
    client.force_login(attendee)

    walk(client, "google")

    assert not SocialAccount.objects.filter(user=attendee).exists()


def test_the_only_way_in_cannot_be_taken_away(provider, client):
    walk(client, "google")
    link = SocialAccount.objects.get()

    client.post("/account/connections/", {"link": link.pk})
    assert SocialAccount.objects.exists()
    user = User.objects.get()
    user.set_password("a-quiet-village-evening")
    user.save()
    client.force_login(user)
    client.post("/account/connections/", {"link": link.pk})

    assert not SocialAccount.objects.exists()


def test_19_nobody_takes_away_somebody_else_s_connection(provider, client, attendee):
    walk(Client(), "google")
    client.force_login(attendee)

    client.post("/account/connections/", {"link": SocialAccount.objects.get().pk})

    assert SocialAccount.objects.exists()


def test_apple_posts_its_answer_and_is_come_back_from_all_the_same(provider, client):
    back = agree(go_there(client, "apple"))
    parts = urlsplit(back)
    form = {key: values[0] for key, values in parse_qs(parts.query).items()}

    posted = Client(enforce_csrf_checks=True).post(parts.path, form)
    client.get(posted["Location"])

    assert is_signed_in(client)


def test_apple_s_secret_is_signed_anew_each_time(provider, settings):
    import jwt  # noqa: PLC0415 - only here
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only here
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - only here

    from accounts.identity_providers.providers import offered_providers  # noqa: PLC0415 - only here

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    settings.SOCIAL_PROVIDERS["apple"] |= {
        "signs": {"team": "TEAM", "key_id": "KEY", "private_key": pem}
    }
    apple = offered_providers()[SocialProvider.APPLE]

    secret = code_flow.secret_of(apple, now=timezone.now())

    claims = jwt.decode(secret, key.public_key(), algorithms=["ES256"], audience=apple.issuer)
    assert (claims["iss"], claims["sub"]) == ("TEAM", "our-website")
    assert jwt.get_unverified_header(secret)["kid"] == "KEY"


def test_a_provider_that_is_away_says_so_and_loses_nothing(provider, client):
    back = agree(go_there(client, "google"))
    provider.is_down = True

    answer = come_back(client, back)

    assert answer["Location"] == "/account/login/"
    messages = [str(one) for one in answer.wsgi_request._messages]
    assert messages == [
        "The other site does not answer just now. Please try again, or use your password."
    ]


def test_only_configured_providers_exist(provider, client, settings):
    settings.SOCIAL_PROVIDERS = {"google": settings.SOCIAL_PROVIDERS["google"]}

    assert client.get("/account/social/github/").status_code == 404
    assert client.get("/account/social/nonsense/").status_code == 404
    assert APIClient().post("/auth/social/github", {"access_token": "x"}).status_code == 404
    assert APIClient().post("/auth/social/nonsense", {"access_token": "x"}).status_code == 404


# The API.


@pytest.mark.parametrize("name", ["google", "apple"])
def test_an_id_token_of_our_app_becomes_our_tokens_once(provider, name):
    token = provider.id_token(name, audience=MOBILE, nonce="n-1")

    first = APIClient().post(f"/auth/social/{name}", {"id_token": token, "nonce": "n-1"})
    again = APIClient().post(f"/auth/social/{name}", {"id_token": token, "nonce": "n-1"})

    assert set(first.json()) == {"access", "refresh", "user"}
    assert (again.status_code, again.json()["code"]) == (401, "social_refused")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-app"},
        {"aud": ["our-app", "another-app"]},
        {"iss": "https://evil.example"},
        {"exp": 1},
    ],
    ids=str,
)
def test_16_an_id_token_that_is_not_for_us_is_refused(provider, changes):
    provider.changes = changes

    answer = APIClient().post("/auth/social/google", {"id_token": provider.id_token("google")})

    assert (answer.status_code, User.objects.count()) == (401, 0)


def test_16_the_nonce_that_an_app_names_must_be_in_the_token(provider):
    token = provider.id_token("google", nonce="n-1")

    answer = APIClient().post("/auth/social/google", {"id_token": token, "nonce": "n-2"})

    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["github", "facebook"])
def test_16_an_access_token_counts_when_it_was_given_to_us(provider, name):
    ours, theirs = provider.access_token(), provider.access_token(client="another-site")

    refused = APIClient().post(f"/auth/social/{name}", {"access_token": theirs})
    taken = APIClient().post(f"/auth/social/{name}", {"access_token": ours})

    assert (refused.status_code, refused.json()["code"]) == (401, "social_refused")
    assert taken.status_code == (200 if name == "github" else 403)
    assert User.objects.count() == (1 if name == "github" else 0) or name == "facebook"


def test_an_unknown_access_token_is_refused(provider):
    for name in ("github", "facebook", "google"):
        answer = APIClient().post(f"/auth/social/{name}", {"access_token": "made-up"})
        assert answer.status_code == 401, name


def test_a_code_of_an_app_becomes_our_tokens_for_its_own_address_alone(provider):
    verifier = "v" * 43
    challenge = code_flow.urlsafe_b64encode(code_flow.sha256(verifier.encode()).digest())
    query = {
        "client_id": "our-website", "response_type": "code", "state": "s", "nonce": "n",
        "redirect_uri": "choir.app:/signed-in", "code_challenge_method": "S256",
        "code_challenge": challenge.rstrip(b"=").decode(),
    }  # fmt: skip
    body = {"redirect_uri": "choir.app:/signed-in", "code_verifier": verifier, "nonce": "n"}

    def code():
        return parse_qs(urlsplit(provider.authorize("google", query)).query)["code"][0]

    foreign = {**body, "redirect_uri": "evil.app:/"}
    assert APIClient().post("/auth/social/google", {"code": code(), **foreign}).status_code == 401
    wrong = {**body, "code_verifier": "w" * 43}
    assert APIClient().post("/auth/social/google", {"code": code(), **wrong}).status_code == 401
    assert APIClient().post("/auth/social/google", {"code": code(), **body}).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"code": "x"}, {"id_token": "x", "access_token": "y"}], ids=str
)
def test_a_body_that_says_nothing_or_too_much_is_400(provider, body):
    assert APIClient().post("/auth/social/google", body).status_code == 400


def test_a_second_factor_is_asked_for_in_the_api_too(provider):
    user = UserFactory(email="ada@example.org")
    user.authenticator_set.create(type="totp", data={})

    answer = APIClient().post("/auth/social/google", {"id_token": provider.id_token("google")})

    assert (answer.status_code, answer.json()["code"]) == (401, "mfa_required")
    assert answer.json()["mfa_token"]
