"""Statements on security that are about the whole of signing in rather than one part of it."""

import pytest
from django.urls import get_resolver
from django.utils import timezone

from accounts.domain import teams
from accounts.domain.teams import InvitationGone, open_invitation
from tests.architecture.test_urls import names_of
from tests.factories import InvitationFactory
from tests.kit.queries import queries_of
from ticketing.limits import RATE_LIMITS


def test_17_nobody_is_given_tokens_for_other_sites():
    """We are no OAuth provider: there is no consent that a session could be missing for."""
    names = {name.lower() for name in names_of(get_resolver().url_patterns)}

    assert [name for name in names if "authorize" in name or "consent" in name] == []


@pytest.mark.django_db
def test_24_an_unknown_key_is_looked_for_like_a_known_one_and_held_back():
    """Keys are compared as digests by the database's index: no part of a key shows in a time."""
    InvitationFactory(digest=teams.digest_of("the-key"))

    def look(key):
        try:
            open_invitation(key, now=timezone.now())
        except InvitationGone:
            return

    assert len(queries_of(lambda: look("the-key"))) == len(queries_of(lambda: look("another"))) == 1
    assert "the-key" not in str(queries_of(lambda: look("the-key")))
    assert RATE_LIMITS["invitation"].calls <= 10
    assert RATE_LIMITS["api:accept-invitation"].calls <= 10
