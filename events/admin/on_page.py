"""In what currency and on what clock a page of an event is read and written."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.admin.scoped import person_of
from accounts.domain.permissions import scope
from accounts.permissions import Permission
from events.admin.fields import MomentField, MoneyField, clock_of, here
from events.models import Event, Venue
from events.rules import known_timezones
from ticketing.core.money import EXPONENTS


def currency_on(request: HttpRequest, event: Event | None) -> str:
    """What is typed counts in the currency that is typed beside it."""
    posted = request.POST.get("currency", "")
    if posted in EXPONENTS:
        return posted
    return event.currency if event else usual_currency(request)


def usual_currency(request: HttpRequest) -> str:
    """That of what the person made last."""
    known: str | None = request.__dict__.get("usual_currency")
    if known is None:
        mine = scope(Event.objects.all(), person_of(request), Permission.EDIT_EVENTS)
        known = mine.order_by("-id").values_list("currency", flat=True).first() or "EUR"
        request.__dict__["usual_currency"] = known
    return known


def zone_on(request: HttpRequest, event: Event | None) -> ZoneInfo:
    """The zone that is typed, else that of the venue that is chosen, else that of the person."""
    if request.method == "POST" and (posted := request.POST.get("timezone", "")):
        return ZoneInfo(posted) if posted in known_timezones() else ZoneInfo("UTC")
    if request.method == "POST" and (venue := venue_on(request)):
        return ZoneInfo(venue.timezone)
    if event is not None:
        return event.zone
    own = person_of(request).timezone
    return ZoneInfo(own if own in known_timezones() else "UTC")


def venue_on(request: HttpRequest) -> Venue | None:
    try:
        return (
            scope(Venue.objects.all(), person_of(request), Permission.SEE_EVENTS)
            .filter(pk=request.POST.get("venue", ""))
            .first()
        )
    except (ValueError, ValidationError):
        return None


def set_on_page(fields: dict[str, Any], *, currency: str) -> None:
    """Let money fields know the currency, and moments say whose clock they are on."""
    for field in fields.values():
        field.label = capfirst(str(field.label or ""))
        if isinstance(field, MoneyField):
            field.in_currency(currency)
        elif isinstance(field, MomentField):
            words = f"{field.help_text} {clock_of(here())}"
            field.help_text = words.strip()
