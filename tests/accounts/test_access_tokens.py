from base64 import b64encode, urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings as django_settings

from accounts.domain.access_tokens import (
    claims_of,
    issue_access_token,
    keys,
    public_keys,
    who_bears,
)
from accounts.domain.refresh_tokens import start_family
from tests.kit.queries import queries_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def family(attendee):
    return start_family(attendee, device="", address="", now=NOW)[0]


@pytest.fixture
def claims(family):
    return claims_of(issue_access_token(family, now=NOW), now=NOW)


def signed(claims, *, key=None, algorithm="EdDSA", **headers):
    own = next(iter(keys().values()))
    given = {"kid": own.kid, "typ": "at+jwt", **headers}
    return jwt.encode(
        claims, own.private if key is None else key, algorithm=algorithm, headers=given
    )


def test_04_an_access_token_lives_ten_minutes(family, claims):
    token = issue_access_token(family, now=NOW)

    assert claims["exp"] - claims["iat"] == 600
    assert who_bears(token, now=NOW + timedelta(seconds=599)) == family
    assert who_bears(token, now=NOW + timedelta(seconds=600)) is None


def test_04_an_access_token_does_not_outlive_its_family(family):
    last = family.expires_at - timedelta(seconds=60)

    token = issue_access_token(family, now=last)

    assert jwt.decode(token, options={"verify_signature": False})["exp"] == int(
        family.expires_at.timestamp()
    )


def test_08_a_token_says_nothing_about_the_person_but_two_ids(claims):
    assert set(claims) == {"iss", "aud", "sub", "fam", "iat", "exp"}


def test_07_a_token_of_another_audience_issuer_or_kind_is_refused(claims):
    good = signed(claims)
    assert claims_of(good, now=NOW) == claims

    for wrong in (
        signed({**claims, "aud": "elsewhere"}),
        signed({**claims, "iss": "https://evil.example"}),
        signed({name: claims[name] for name in claims if name != "fam"}),
        signed({name: claims[name] for name in claims if name != "exp"}),
        signed(claims, typ="JWT"),
        signed(claims, kid="0000000000000000"),
        good[:-3] + "AAA",
        "not a token",
        "",
    ):
        assert claims_of(wrong, now=NOW) is None


def test_07_a_token_with_another_algorithm_is_refused(claims):
    public = urlsafe_b64decode(public_keys()["keys"][0]["x"] + "=")
    strange = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    for forged in (
        signed(claims, key="", algorithm="none"),
        signed(claims, key=public, algorithm="HS256"),
        signed(claims, key=strange, algorithm="RS256"),
    ):
        assert claims_of(forged, now=NOW) is None


def test_61_a_new_signing_key_signs_and_the_old_one_is_still_believed(family, settings):
    old = issue_access_token(family, now=NOW)
    settings.TOKEN_KEYS = [b64encode(token_bytes(32)).decode(), *django_settings.TOKEN_KEYS]

    new = issue_access_token(family, now=NOW)

    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    assert [who_bears(token, now=NOW) for token in (old, new)] == [family, family]
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    assert [who_bears(token, now=NOW) for token in (old, new)] == [None, family]


def test_the_key_set_verifies_what_we_signed(family):
    token = issue_access_token(family, now=NOW)
    [key] = public_keys()["keys"]

    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"] + "="))

    assert key["kid"] == jwt.get_unverified_header(token)["kid"]
    no_clock = {"verify_exp": False, "verify_iat": False}
    assert jwt.decode(token, public, algorithms=["EdDSA"], audience="api", options=no_clock)


def test_who_bears_costs_one_statement(family):
    token = issue_access_token(family, now=NOW)

    assert len(queries_of(lambda: who_bears(token, now=NOW))) == 1
