"""The step between choosing and holding while very many want the same: a page whose script computes
something and goes on by itself, or, without a script, a button to press after a while."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bookings.domain.fairness import Caller, ChallengeRequired, Proof
from ticketing.core.limits import client_address
from ticketing.core.problems import status_of

COOKIE = f"{'__Host-' if settings.IS_HTTPS else ''}device"
KEPT = timedelta(days=1)
TOKEN, SOLUTION = "challenge-token", "challenge-solution"
OURS = {TOKEN, SOLUTION}
MOST_FIELDS = 200


@dataclass(frozen=True)
class Device:
    """A number for a browser, of nobody's name; it counts tries for a day."""

    number: str
    is_known: bool


def signer() -> Signer:
    return Signer(salt="bookings.device")


def device_of(request: HttpRequest) -> Device:
    try:
        return Device(signer().unsign(request.COOKIES[COOKIE]), is_known=True)
    except (KeyError, BadSignature):
        return Device(secrets.token_hex(8), is_known=False)


def remember[Answer: HttpResponse](answer: Answer, device: Device) -> Answer:
    if not device.is_known:
        answer.set_cookie(
            COOKIE,
            signer().sign(device.number),
            max_age=KEPT,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return answer


def caller_of(request: HttpRequest, device: Device) -> Caller:
    """The number of a new device counts as well: it is in the token, and comes back with it."""
    token = request.POST.get(TOKEN, "")
    proof = Proof(token[:500], request.POST.get(SOLUTION, "")[:20]) if token else None
    return Caller(address=client_address(request), device=device.number, proof=proof)


def challenge(request: HttpRequest, slug: str, error: ChallengeRequired) -> HttpResponse:
    """What was chosen goes along, unseen."""
    chosen = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OURS
        for value in values
    ]
    context = {
        "slug": slug,
        "fields": chosen[:MOST_FIELDS],
        "facts": error.facts,
        "names": {"token": TOKEN, "solution": SOLUTION},
        "is_early": TOKEN in request.POST,
    }
    answer = render(request, "bookings/challenge.html", context, status=status_of(error))
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer
