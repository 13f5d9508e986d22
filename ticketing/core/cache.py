"""Django's cache on Redis, which forgets rather than fails when Redis is away."""

import json
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

from ticketing.core.redis import ask_redis


class JSONSerializer:
    """No pickle: what is read from Redis can be wrong, but never run."""

    def dumps(self, value: Any) -> bytes | int:
        return value if type(value) is int else json.dumps(value, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class ForgivingClient(RedisCacheClient):
    """Answers like an empty cache while Redis is away: reads miss, writes are dropped."""

    def add(self, key: str, value: Any, timeout: int | None) -> bool:
        return ask_redis(lambda: super(ForgivingClient, self).add(key, value, timeout), False)

    def get(self, key: str, default: Any) -> Any:
        return ask_redis(lambda: super(ForgivingClient, self).get(key, default), default)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        ask_redis(lambda: super(ForgivingClient, self).set(key, value, timeout), None)

    def touch(self, key: str, timeout: int | None) -> bool:
        return ask_redis(lambda: super(ForgivingClient, self).touch(key, timeout), False)

    def delete(self, key: str) -> bool:
        return ask_redis(lambda: super(ForgivingClient, self).delete(key), False)

    def get_many(self, keys: Any) -> dict[str, Any]:
        return ask_redis(lambda: super(ForgivingClient, self).get_many(keys), {})

    def has_key(self, key: str) -> bool:
        return ask_redis(lambda: super(ForgivingClient, self).has_key(key), False)

    def incr(self, key: str, delta: int) -> int:
        return ask_redis(lambda: super(ForgivingClient, self).incr(key, delta), delta)

    def set_many(self, data: dict[str, Any], timeout: int | None) -> None:
        ask_redis(lambda: super(ForgivingClient, self).set_many(data, timeout), None)

    def delete_many(self, keys: Any) -> None:
        ask_redis(lambda: super(ForgivingClient, self).delete_many(keys), None)

    def clear(self) -> bool:
        return ask_redis(lambda: super(ForgivingClient, self).clear(), False)


class ForgivingRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # One repeat at once, or the first question after Redis restarted would be lost.
        options = {"retry": Retry(NoBackoff(), 1), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = ForgivingClient
