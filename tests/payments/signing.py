"""Notices as the simulator would send them, signed with its secret or with another."""

import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

PATH = "/webhooks/simulator"


def signature(body: bytes, *, secret: str = "", at: datetime | None = None) -> str:
    when = int((at or timezone.now()).timestamp())
    key = (secret or settings.SIMULATOR_SECRET).encode()
    return f"t={when},v1={hmac.new(key, f'{when}.'.encode() + body, sha256).hexdigest()}"


def deliver(
    reference: str,
    kind: str = "payment.captured",
    *,
    event: str = "ev_1",
    secret: str = "",
    at: datetime | None = None,
    client: Client | None = None,
) -> Any:
    body = json.dumps({"id": event, "kind": kind, "reference": reference}).encode()
    return (client or Client()).post(
        PATH,
        body,
        content_type="application/json",
        headers={"Simulator-Signature": signature(body, secret=secret, at=at)},
    )
