import pytest
from django.test import RequestFactory

from tests.kit.races import race
from ticketing.core import limits, redis
from ticketing.core.limits import Limit, client_address
from ticketing.core.redis import redis_client

LOGIN = "/account/login/"


def test_bucket_lets_so_many_through_and_says_how_long_to_wait():
    limit = Limit(calls=3, seconds=60)

    waits = [limit.take("door", "ada") for _ in range(4)]

    assert waits[:3] == [0, 0, 0]
    assert 19 < waits[3] <= 20


def test_bucket_is_one_client_s_and_one_address_s():
    limit = Limit(calls=1, seconds=60)

    assert [limit.take(name, who) for name, who in [("a", "x"), ("a", "y"), ("b", "x")]] == [0] * 3


def test_bucket_fills_up_again_with_time():
    limit = Limit(calls=2, seconds=60)
    assert [bool(limit.take("door", "ada")) for _ in range(3)] == [False, False, True]
    (key,) = redis_client().keys("limit:*")

    redis_client().hincrbyfloat(key, "at", -30)

    assert [bool(limit.take("door", "ada")) for _ in range(2)] == [False, True]


def test_bucket_taken_by_many_at_once_gives_no_token_twice():
    limit = Limit(calls=5, seconds=600)

    waits = race(20, lambda _: limit.take("door", "ada"))

    assert waits.count(0) == 5


def test_scale_multiplies_every_limit(settings):
    settings.RATE_LIMIT_SCALE = 2.0
    limit = Limit(calls=2, seconds=60)

    assert [bool(limit.take("door", "ada")) for _ in range(5)] == [False] * 4 + [True]


def test_12_bucket_when_redis_is_away_is_stricter_and_never_open(monkeypatch):
    monkeypatch.setattr(redis, "_away_until", float("inf"))
    limit = Limit(calls=30, seconds=60)

    waits = [limit.take("door", "ada") for _ in range(5)]

    assert [bool(wait) for wait in waits] == [False, False, False, True, True]


def test_12_bucket_when_redis_was_emptied_starts_anew_and_when_away_at_least_one(monkeypatch):
    monkeypatch.setattr(redis, "_away_until", float("inf"))
    limit = Limit(calls=1, seconds=60)

    assert [bool(limit.take("door", "ada")) for _ in range(2)] == [False, True]


def test_bucket_in_memory_fills_up_again(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(redis, "_away_until", float("inf"))
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    limit = Limit(calls=10, seconds=60)
    assert [bool(limit.take("door", "ada")) for _ in range(2)] == [False, True]

    now[0] += 60

    assert limit.take("door", "ada") == 0


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "", "203.0.113.9", "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (1, "1.2.3.4, 198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (2, "1.2.3.4, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "unknown"),
        (0, "", "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        (0, "", "", "unknown"),
    ],
)
def test_13_client_address_is_what_exactly_our_proxies_saw(
    settings, proxies, forwarded, remote, address
):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address


@pytest.mark.django_db
def test_12_guessing_at_the_back_office_s_log_in_is_held_back(client, staff):
    guess = {"login": staff.email, "password": "guess"}
    answers = [client.post(LOGIN, guess) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 30  # one comes back every half minute
    assert "Please try again in" in answers[-1].text
    assert client.get(LOGIN).status_code == 200


@pytest.mark.django_db
def test_forged_forwarding_header_opens_no_new_bucket(client, staff):
    guess = {"login": staff.email, "password": "guess"}
    for number in range(10):
        client.post(LOGIN, guess, headers={"X-Forwarded-For": f"198.51.100.{number}"})

    assert client.post(LOGIN, guess, headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 429


def test_api_when_asked_too_often_answers_a_problem_document(client, monkeypatch):
    monkeypatch.setattr(Limit, "take", lambda *_: 7.2)

    answer = client.get("/api/v1/anything")

    assert (answer.status_code, answer["Retry-After"]) == (429, "8")
    assert answer.json()["code"] == "too_often"
