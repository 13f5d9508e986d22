"""A client of the API as a phone is one: JSON in and out, a bearer token, no cookies."""

from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.domain.refresh_tokens import start_family
from accounts.models import User


class APIClient:
    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        if user is not None:
            self.sign_in_as(user)

    def sign_in_as(self, user: User) -> None:
        family, pair = start_family(user, device="Test", address="", now=timezone.now())
        self.family, self.pair = family, pair
        self.headers["Authorization"] = f"Bearer {pair.access}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        act = getattr(self.client, method)
        return act(f"/api/v1{path}", headers={**self.headers, **headers}, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("patch", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("put", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("delete", path, **headers)
