"""Who has given the code of a private event carries a pass for some hours: a signed cookie.

Not in the address, which people pass on and servers write down; not in a session, which who is
not signed in does not have. The digest of the code is in it, so that another code ends all passes.
"""

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from events.models import Event

LASTS = timedelta(hours=12)
SALT = "events.pass"


def has_pass(request: HttpRequest, event: Event) -> bool:
    try:
        value = request.get_signed_cookie(name_for(event), salt=SALT, max_age=LASTS)
    except (KeyError, BadSignature):
        return False
    return value == proof_of(event)


def give_pass[Answer: HttpResponse](answer: Answer, event: Event) -> Answer:
    answer.set_signed_cookie(
        name_for(event),
        proof_of(event),
        salt=SALT,
        max_age=LASTS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


def name_for(event: Event) -> str:
    prefix = "__Host-" if settings.IS_HTTPS else ""
    return f"{prefix}pass-{event.number}"


def proof_of(event: Event) -> str:
    return sha256(f"{event.pk}:{event.access_digest}".encode()).hexdigest()[:32]
