import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCacheClient
from redis.exceptions import ConnectionError as RedisConnectionError

from ticketing.core import redis
from ticketing.core.cache import ForgivingRedisCache
from ticketing.core.redis import ask_redis


@pytest.fixture
def away():
    """A cache on a port where nobody listens."""
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_timeout": 0.2}})


def test_cache_when_redis_is_away_answers_like_an_empty_one(away):
    away.set("a", 1)
    away.set_many({"a": 1})
    away.delete_many(["a"])

    assert away.get("a") is None
    assert away.get("a", "otherwise") == "otherwise"
    assert away.get_many(["a", "b"]) == {}
    assert away.incr("a", 5) == 5
    assert [away.add("a", 1), away.delete("a"), away.touch("a"), away.has_key("a")] == [False] * 4


def test_cache_forgives_every_call_that_talks_to_redis():
    talks = {name for name, value in vars(RedisCacheClient).items() if callable(value)}
    talks -= {"__init__", "get_client"}

    forgiven = set(vars(ForgivingRedisCache("redis://x", {})._class))

    assert {name for name in talks if not name.startswith("_")} <= forgiven


def test_ask_redis_after_a_failure_leaves_it_in_peace_for_a_second(monkeypatch):
    now, asked = [100.0], []
    monkeypatch.setattr(redis.time, "monotonic", lambda: now[0])

    def question():
        asked.append(now[0])
        raise RedisConnectionError

    for moment in (100.0, 100.5, 100.9, 101.1):
        now[0] = moment
        assert ask_redis(question, otherwise="away") == "away"

    assert asked == [100.0, 101.1]


def test_48_what_is_cached_is_json_and_never_pickle():
    cache.set("a", {"n": [1, None]})

    kept = redis.redis_client().get(cache.make_key("a"))

    assert kept == b'{"n":[1,null]}'
    assert cache.get("a") == {"n": [1, None]}
