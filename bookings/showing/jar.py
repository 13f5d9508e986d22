"""Which bookings a browser may open: a cookie for each, with the token that its link has too.

Who books as a guest has no session; the cookie stands in for the link in the mail, in the browser
in which somebody booked. No script reads it.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bookings.domain.references import is_token_of, token_of
from bookings.models import Booking
from bookings.rules import spelled_reference
from events.models import Event

LASTS = timedelta(days=90)
MOST = 20
PREFIX = f"{'__Host-' if settings.IS_HTTPS else ''}booking-"


def tokens_in(request: HttpRequest) -> dict[str, str]:
    """By reference, the oldest first."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in request.COOKIES.items()
        if name.startswith(PREFIX)
    }


def token_for(request: HttpRequest, reference: str) -> str:
    return tokens_in(request).get(spelled_reference(reference), "")


def keep[Answer: HttpResponse](answer: Answer, request: HttpRequest, booking: Booking) -> Answer:
    """From now on this browser opens the booking; of very many the oldest are forgotten."""
    others = [one for one in tokens_in(request) if one != booking.reference]
    for reference in others[: max(0, len(others) + 1 - MOST)]:
        forget(answer, reference)
    answer.set_cookie(
        PREFIX + booking.reference,
        token_of(booking),
        max_age=LASTS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


def forget(answer: HttpResponse, reference: str) -> None:
    answer.set_cookie(
        PREFIX + reference, "", max_age=0, secure=settings.IS_HTTPS, httponly=True, samesite="Lax"
    )


def unfinished_in(request: HttpRequest, event: Event) -> Booking | None:
    """What this browser holds of the event and has not finished."""
    tokens = tokens_in(request)
    if not tokens:
        return None
    held = Booking.objects.holding().filter(event=event, reference__in=list(tokens)[-MOST:])
    mine = (one for one in held.order_by("-id") if is_token_of(one, tokens[one.reference]))
    return next(mine, None)
