from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain.access_tokens import who_bears
from accounts.domain.refresh_tokens import (
    TokenInvalid,
    TokenReused,
    refresh,
    sign_out,
    start_family,
)
from accounts.enums import EndReason
from accounts.models import RefreshFamily
from tests.factories import UserFactory
from tests.kit.queries import queries_of
from tests.kit.races import race

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def pair(attendee):
    _family, pair = start_family(attendee, device="Phone", address="192.0.2.7", now=NOW)
    return pair


def again(token, *, at=NOW):
    return refresh(token, address="192.0.2.8", now=at)


def test_refresh_when_the_token_is_good_gives_a_new_pair_that_works(pair, attendee):
    later = again(pair.refresh, at=NOW + SECOND)

    assert later.refresh != pair.refresh
    assert who_bears(later.access, now=NOW + SECOND).user == attendee
    assert RefreshFamily.objects.get().address == "192.0.2.8"


def test_05_refresh_when_the_answer_was_lost_gives_the_same_successor_for_ten_seconds(pair):
    first = again(pair.refresh)

    assert again(pair.refresh, at=NOW + 10 * SECOND).refresh == first.refresh
    assert again(first.refresh, at=NOW + 11 * SECOND).refresh != first.refresh


def test_05_refresh_when_an_old_token_comes_later_kills_the_whole_family(pair):
    successor = again(pair.refresh)

    with pytest.raises(TokenReused):
        again(pair.refresh, at=NOW + 11 * SECOND)

    with pytest.raises(TokenInvalid):
        again(successor.refresh, at=NOW + 12 * SECOND)
    assert who_bears(successor.access, now=NOW + 12 * SECOND) is None
    assert RefreshFamily.objects.get().ended_because == EndReason.REUSED


def test_05_refresh_when_an_old_token_comes_while_it_is_dead_says_no_more_than_that(pair):
    again(pair.refresh)
    with pytest.raises(TokenReused):
        again(pair.refresh, at=NOW + 11 * SECOND)

    with pytest.raises(TokenInvalid):
        again(pair.refresh, at=NOW + 12 * SECOND)


def test_refresh_when_two_generations_behind_within_the_grace_is_theft(pair):
    again(again(pair.refresh).refresh)

    with pytest.raises(TokenReused):
        again(pair.refresh)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_06_refresh_when_twenty_come_at_once_gives_all_the_same_successor(attempt):
    _family, pair = start_family(UserFactory(), device="", address="", now=NOW)

    got = race(20, lambda _: again(pair.refresh, at=NOW + SECOND))

    assert len({each.refresh for each in got}) == 1
    assert RefreshFamily.objects.get().generation == 2


def test_04_refresh_when_thirty_days_have_passed_is_over_however_often_it_was_renewed(pair):
    last = again(pair.refresh, at=NOW + timedelta(days=29))

    with pytest.raises(TokenInvalid):
        again(last.refresh, at=NOW + timedelta(days=30))


def test_03_refresh_when_the_person_was_deactivated_is_refused_and_moves_nothing(pair, attendee):
    attendee.is_active = False
    attendee.save()

    with pytest.raises(TokenInvalid):
        again(pair.refresh)

    assert RefreshFamily.objects.get().generation == 1


def test_03_refresh_when_the_person_was_deleted_is_refused(pair, attendee):
    attendee.delete()

    with pytest.raises(TokenInvalid):
        again(pair.refresh)


def test_refresh_when_the_secret_is_guessed_changes_nothing(pair):
    family, _number, secret = pair.refresh.split(".")
    used = again(pair.refresh)

    for forged in (f"{family}.1.{secret[::-1]}", f"{family}.2.{secret}", f"{family}.3.{secret}"):
        with pytest.raises(TokenInvalid):
            again(forged, at=NOW + 60 * SECOND)

    assert again(used.refresh, at=NOW + 60 * SECOND)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "nonsense", ["", ".", "..", "a.b.c", "a.1.c", "01900000-0000-7000-8000-000000000000.1.x", "é.1.é", "A" * 22 + ".99999999999.AA"]
)  # fmt: skip
def test_refresh_when_it_is_no_token_at_all_is_refused(nonsense):
    with pytest.raises(TokenInvalid):
        again(nonsense)


def test_61_refresh_when_the_secret_key_has_rotated_goes_on(pair, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-altogether"

    later = again(pair.refresh)

    settings.SECRET_KEY_FALLBACKS = []
    assert again(later.refresh, at=NOW + SECOND)
    with pytest.raises(TokenInvalid):
        again(pair.refresh, at=NOW + SECOND)


def test_sign_out_when_the_token_is_ours_ends_the_family_and_its_access(pair):
    sign_out(pair.refresh, now=NOW)

    assert who_bears(pair.access, now=NOW) is None
    with pytest.raises(TokenInvalid):
        again(pair.refresh)


def test_sign_out_when_the_token_is_forged_ends_nothing(pair):
    sign_out(pair.refresh[:-2] + "xx", now=NOW)

    assert who_bears(pair.access, now=NOW) is not None


def test_refresh_costs_four_statements(pair):
    statements = [q for q in queries_of(lambda: again(pair.refresh)) if "SAVEPOINT" not in q]

    assert len(statements) == 4, "\n".join(statements)
