"""Django's cache on Redis, which forgets rather than fails when Redis is away."""

import json
from collections.abc import Callable
from functools import wraps
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


def forgiving(method: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """The method, or what an empty cache would answer while Redis is away."""

    @wraps(method)
    def asked(client: RedisCacheClient, *args: Any) -> Any:
        return ask_redis(lambda: method(client, *args), otherwise=otherwise(*args))

    return asked


class ForgivingClient(RedisCacheClient):
    add = forgiving(RedisCacheClient.add, lambda *_: False)
    get = forgiving(RedisCacheClient.get, lambda _key, default: default)
    set = forgiving(RedisCacheClient.set, lambda *_: None)
    touch = forgiving(RedisCacheClient.touch, lambda *_: False)
    delete = forgiving(RedisCacheClient.delete, lambda *_: False)
    get_many = forgiving(RedisCacheClient.get_many, lambda _keys: {})
    has_key = forgiving(RedisCacheClient.has_key, lambda _key: False)
    incr = forgiving(RedisCacheClient.incr, lambda _key, delta: delta)
    set_many = forgiving(RedisCacheClient.set_many, lambda *_: None)
    delete_many = forgiving(RedisCacheClient.delete_many, lambda _keys: None)
    clear = forgiving(RedisCacheClient.clear, lambda: False)


class ForgivingRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # One repeat at once, or the first question after Redis restarted would be lost.
        options = {"retry": Retry(NoBackoff(), 1), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = ForgivingClient
