"""A provider of identities on loopback: real redirects, PKCE, and really signed tokens.

It behaves as Google, Apple, Microsoft and Facebook (OpenID) and as GitHub (access tokens) do,
under `/<name>/…`. What it says of the person, and what it gets wrong, tests set on it.
"""

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.enums import SocialProvider

CLIENT, SECRET, MOBILE = "our-website", "our-secret", "our-app"
TENANT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdentityProvider:
    key = new_key()

    def __init__(self, address: str) -> None:
        self.address = address
        self.kid = "first"
        self.person: dict[str, Any] = {
            "sub": "1001", "email": "ada@example.org", "email_verified": True, "name": "Ada",
        }  # fmt: skip
        self.changes: dict[str, Any] = {}
        """Claims that the next ID token gets wrong; None leaves one out."""
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.is_down = False
        self.asked_for_keys = 0

    def settings(self) -> dict[str, dict[str, Any]]:
        """SOCIAL_PROVIDERS that lead here."""
        found = {}
        for name in SocialProvider.values:
            base = f"{self.address}/{name}"
            found[name] = {
                "client_ids": (CLIENT, MOBILE),
                "client_secret": SECRET,
                "authorize_url": f"{base}/authorize",
                "exchange_url": f"{base}/token",
                "api_url": f"{base}/api",
            }
            if name != SocialProvider.GITHUB:
                found[name] |= {"keys_url": f"{base}/keys", "issuer": self.issuer_of(name)}
        found["microsoft"]["issuer"] = f"{self.address}/microsoft/{{tenant}}"
        return found

    def issuer_of(self, name: str) -> str:
        return f"{self.address}/{name}" + (f"/{TENANT}" if name == "microsoft" else "")

    def id_token(self, name: str, *, audience: str = CLIENT, **claims: Any) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer_of(name), "aud": audience, "iat": now, "exp": now + 600,
            **self.person, **claims, **({"tid": TENANT} if name == "microsoft" else {}), **self.changes,
        }  # fmt: skip
        said = {key: value for key, value in said.items() if value is not None}
        return jwt.encode(said, self.key, algorithm="RS256", headers={"kid": self.kid})

    def access_token(self, *, client: str = CLIENT) -> str:
        token = secrets.token_urlsafe()
        self.tokens[token] = client
        return token

    def key_set(self) -> dict[str, Any]:
        self.asked_for_keys += 1
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "alg": "RS256", "use": "sig"}]}

    def authorize(self, name: str, query: dict[str, str]) -> str:
        """The person says yes: the address to send the browser back to."""
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = {**query, "provider": name}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, name: str, form: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code, once, for who began with it."""
        begun = self.codes.pop(form.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode()
        if (
            begun is None
            or begun["provider"] != name
            or begun["code_challenge"] != challenge.rstrip("=")
            or begun["redirect_uri"] != form["redirect_uri"]
            or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET)
        ):
            return None
        answer: dict[str, Any] = {"access_token": self.access_token(), "token_type": "Bearer"}
        if name != SocialProvider.GITHUB:
            answer["id_token"] = self.id_token(name, nonce=begun["nonce"])
        return answer

    def api(self, name: str, path: str, body: dict[str, Any], bearer: str) -> Any:
        person = self.person
        match path:
            case "/applications/our-website/token":
                client = self.tokens.get(body["access_token"])
                return {"app": {"client_id": client}} if client else None
            case "/debug_token":
                client = self.tokens.get(body["input_token"])
                return {"data": {"app_id": client, "is_valid": bool(client)}}
            case "/user":
                return {"id": person["sub"], "name": person["name"]} if bearer else None
            case "/user/emails":
                verified = person["email_verified"]
                return [{"email": person["email"], "primary": True, "verified": verified}]
            case "/me":
                return {"id": person["sub"], "name": person["name"], "email": person["email"]}
            case _:
                return None


class Handler(BaseHTTPRequestHandler):
    provider: IdentityProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        _empty, name, *rest = parts.path.split("/")
        if self.provider.is_down:
            return self.answer(503, {})
        if rest == ["authorize"]:
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(name, query))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if rest == ["keys"]:
            return self.answer(200, self.provider.key_set())
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.answer_or_refuse(self.provider.api(name, "/" + "/".join(rest[1:]), {}, bearer))

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        _empty, name, *rest = parts.path.split("/")
        content = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_json = self.headers["Content-Type"] == "application/json"
        body = json.loads(content) if is_json else {k: v[0] for k, v in parse_qs(content).items()}
        if self.provider.is_down:
            return self.answer(503, {})
        if rest == ["token"]:
            return self.answer_or_refuse(self.provider.exchange(name, body))
        return self.answer_or_refuse(self.provider.api(name, "/" + "/".join(rest[1:]), body, ""))

    def answer_or_refuse(self, body: Any) -> None:
        self.answer(400 if body is None else 200, body or {"error": "invalid_grant"})

    def answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("Bound", (Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
