"""What an access code opens: a private event, and tickets that are hidden."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.domain.guessing import count_guess, forget_guesses
from events.domain.codes import DiscountInvalid, find_code
from events.domain.prices import Discount
from events.enums import Visibility
from events.models import Event
from ticketing.core.errors import NotThere


class NoSuchEvent(NotThere):
    code = "not_found"
    message = _("There is no event at this address, or it is not for everybody.")


def open_event(event: Event, code: str, *, now: datetime) -> Discount | None:
    """Let somebody look who brings this code, perhaps none; returns what it shows of the tickets.

    Raises NoSuchEvent for a private event and another code, TooManyGuesses.
    """
    if event.visibility == Visibility.PRIVATE and not code:
        raise NoSuchEvent
    if not code:
        return None
    count_guess(f"event {event.pk}")
    if event.visibility == Visibility.PRIVATE:
        if not event.is_opened_by(code):
            raise NoSuchEvent
        forget_guesses(f"event {event.pk}")
        return None
    try:
        found = find_code(event, code, now=now)
    except DiscountInvalid:
        return None
    forget_guesses(f"event {event.pk}")
    return Discount(found, set(found.counts_for.values_list("ticket_type", flat=True)))
