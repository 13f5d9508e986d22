"""Events in a list, as components/card.html takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from events.enums import EventStatus
from events.media.queries import Picture, picture_of
from events.queries.cards import Card
from events.showing.moments import When
from events.showing.places import place_in_words
from ticketing.core.money import Money


@dataclass(frozen=True)
class ShownCard:
    title: str
    address: str
    picture: Picture | None
    when: str
    starts_at: str
    where: str
    price: Money | None
    is_from: bool
    status: str
    status_kind: str
    why: str = ""
    """What it has in common with what the reader looks at."""


def shown_cards(cards: Sequence[Card], *, language: str, now: datetime) -> list[ShownCard]:
    return [shown_card(card, language=language, now=now) for card in cards]


def shown_card(card: Card, *, language: str, now: datetime, why: str = "") -> ShownCard:
    event = card.event
    when = starts_at = ""
    if event.starts_at and not event.awaits_new_date:
        moment = When(event.starts_at, event.ends_at, event.zone, language)
        when, starts_at = moment.short(now=now), moment.iso
        if event.is_online and not moment.lasts_days:
            when = f"{when} {moment.zone_letters}"  # no city says whose clock it is
    status, kind = status_of(card, now=now)
    return ShownCard(
        title=card.title,
        address=reverse("event", args=[event.slug]),
        picture=picture_of(event.cover),
        when=when or _("Date to be announced"),
        starts_at=starts_at,
        where=place_in_words(event),
        price=card.price_from,
        is_from=card.is_from,
        status=status,
        status_kind=kind,
        why=why,
    )


def status_of(card: Card, *, now: datetime) -> tuple[str, str]:
    event = card.event
    if event.status == EventStatus.CANCELLED:
        return _("Cancelled"), "error"
    if event.ends_at and event.ends_at <= now and not event.awaits_new_date:
        return _("Over"), ""
    if event.postponed_at:
        return _("Postponed"), "warning"
    if event.sales_paused_at:
        return _("Sales paused"), "warning"
    if event.starts_at and event.starts_at <= now:
        return _("On now"), "success"
    return "", ""
