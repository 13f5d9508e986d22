"""Authenticator apps and passkeys of people in tests."""

import json
import secrets
import time
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)

from accounts.models import User

SECONDS_OF_A_CODE = 30


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    counter = int(time.time()) // SECONDS_OF_A_CODE + steps
    return str(format_hotp_value(hotp_value(secret, counter)))


def give_app(user: User) -> str:
    """Set up an authenticator app; the answer is its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def give_recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


class Device:
    """A phone that keeps passkeys and has just seen its owner's face."""

    def __init__(self, *, site: str = "testserver") -> None:
        self.site = site
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)
        self.owner = ""
        self.counter = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """As `navigator.credentials.create()`, made JSON."""
        wanted = options["publicKey"]
        self.owner = wanted["user"]["id"]
        key = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, key)
        seen = self.seen(AuthenticatorData.FLAG.AT, bytes(credential))
        return self.answer(
            clientDataJSON=self.said("webauthn.create", wanted["challenge"]),
            attestationObject=bytes(AttestationObject.create("none", seen, {})),
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """As `navigator.credentials.get()`, made JSON."""
        said = self.said("webauthn.get", options["publicKey"]["challenge"])
        seen = self.seen()
        signature = self.key.sign(seen + sha256(said).digest(), ec.ECDSA(SHA256()))
        answer = self.answer(clientDataJSON=said, authenticatorData=seen, signature=signature)
        answer["response"]["userHandle"] = self.owner
        return answer

    def seen(self, flags: int = 0, credential: bytes = b"") -> AuthenticatorData:
        self.counter += 1
        present = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        site = sha256(self.site.encode()).digest()
        seen: AuthenticatorData = AuthenticatorData.create(
            site, present | flags, self.counter, credential
        )
        return seen

    def said(self, act: str, challenge: str) -> bytes:
        said = {"type": act, "challenge": challenge, "origin": f"https://{self.site}"}
        return json.dumps(said).encode()

    def answer(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        response = {part: websafe_encode(bytes(content)) for part, content in parts.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def give_passkey(user: User, name: str = "Phone", *, device: Device | None = None) -> Authenticator:
    """Keep a passkey for the person on the device."""
    device = device or Device()
    handle = websafe_encode(user.pk.hex.encode())
    wanted = {"publicKey": {"user": {"id": handle}, "challenge": "AAAA"}}
    authenticator: Authenticator = WebAuthn.add(user, name, device.create(wanted)).instance
    return authenticator
