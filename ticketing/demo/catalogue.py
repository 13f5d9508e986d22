"""What is on in the demo: made from `events.toml` by the same calls that organizers make."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from accounts.domain.organizers import start_organizer
from accounts.models import Organizer, User
from events.domain.charges import add_fee
from events.domain.codes import create_code
from events.domain.copies import create_series
from events.domain.events import create_event, set_text
from events.domain.lifecycle import (
    cancel_event,
    finish_events,
    pause_sales,
    postpone,
    publish_event,
)
from events.domain.pools import create_pool
from events.domain.texts import set_ticket_type_text
from events.domain.ticket_types import create_question, create_ticket_type
from events.domain.venues import create_venue
from events.enums import MediaPurpose
from events.media.domain.uploads import Wanted, take_file
from events.models import Category, Event, Pool, TicketType, Venue
from ticketing.core.money import Money
from ticketing.demo.covers import draw_evening

EVENTS = Path(__file__).with_name("events.toml")
CURRENCIES = {
    "AU": "AUD", "BJ": "XOF", "BR": "BRL", "CA": "CAD", "DE": "EUR", "ES": "EUR", "FR": "EUR",
    "GB": "GBP", "GH": "GHS", "IN": "INR", "JP": "JPY", "MX": "MXN", "TG": "XOF", "US": "USD",
}  # fmt: skip
TEXTS = (
    "title", "summary", "description", "language", "accent", "visibility", "online_url", "terms",
    "refund_until_days", "refund_fee_percent", "is_tax_included",
)  # fmt: skip


def load_events(*, by: User, now: datetime) -> None:
    data = tomllib.loads(EVENTS.read_text())
    known = {one.name: one for one in Organizer.objects.all()}
    wanted = dict.fromkeys(one["organizer"] for one in data["events"])
    organizers = {
        name: known.get(name) or start_organizer(name=name, by=by, now=now) for name in wanted
    }
    venues = {
        key: create_venue(organizers[facts.pop("organizer")], facts, by=by, now=now)
        for key, facts in data["venues"].items()
    }
    for facts in data["events"]:
        # What is over by now was made and published before it began.
        made_at = now + timedelta(days=min(0, facts["in_days"]) - 14)
        event = make_event(organizers[facts["organizer"]], facts, venues, by=by, now=made_at)
        # Some go without, to show what the product draws by itself.
        if facts.get("has_picture", True):
            take_picture(event, by=by, now=made_at)
        for one in dates_of(event, facts, by=by, now=made_at):
            bring_to_state(one, facts, by=by, now=made_at)
    finish_events(now=now)


def make_event(
    organizer: Organizer,
    facts: Mapping[str, Any],
    venues: Mapping[str, Venue],
    *,
    by: User,
    now: datetime,
) -> Event:
    venue = venues.get(facts.get("venue", ""))
    zone = venue.timezone if venue else facts["timezone"]
    starts_at = moment(facts["in_days"], facts["at"], zone, made_at=now, facts=facts)
    event = create_event(
        organizer,
        {name: facts[name] for name in TEXTS if name in facts}
        | {
            # Staff may have taken it off the list.
            "category": Category.objects.filter(slug=facts["category"]).first(),
            "venue": venue,
            "timezone": zone,
            "currency": CURRENCIES[venue.country] if venue else facts["currency"],
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=facts["hours"]),
        },
        access_code=facts.get("access_code", ""),
        by=by,
        now=now,
    )
    ticket_types = add_tickets(event, facts, by=by, now=now)
    for fee in facts.get("fees", ()):
        add_fee(event, in_minor(fee, event.currency), by=by, now=now)
    for question in facts.get("questions", ()):
        create_question(event, question, by=by, now=now)
    for code in facts.get("codes", ()):
        add_code(event, code, ticket_types, by=by, now=now)
    for language, words in facts.get("words", {}).items():
        say(event, ticket_types, words, language=language, by=by, now=now)
    return event


def add_tickets(
    event: Event, facts: Mapping[str, Any], *, by: User, now: datetime
) -> dict[str, TicketType]:
    pools: dict[str, Pool] = {}
    made: dict[str, TicketType] = {}
    for position, ticket in enumerate(facts["tickets"]):
        given = in_minor(ticket, event.currency)
        name, pool = given["name"], given.pop("pool", None)
        if pool is None:
            pool = name
            pools[pool] = create_pool(
                event,
                name=pool,
                capacity=given.pop("places", None),
                position=position,
                by=by,
                now=now,
            )
        if "shown_after" in given:
            given["shown_after"] = made[given["shown_after"]]
        for moment_of_sale in ("sale_starts", "sale_ends"):
            if (days := given.pop(f"{moment_of_sale}_in_days", None)) is not None:
                given[f"{moment_of_sale}_at"] = now + timedelta(days=14 + days)
        given |= {"pool": pools[pool], "position": position}
        made[name] = create_ticket_type(event, given, by=by, now=now)
    return made


def add_code(
    event: Event,
    facts: Mapping[str, Any],
    ticket_types: Mapping[str, TicketType],
    *,
    by: User,
    now: datetime,
) -> None:
    given = in_minor(facts, event.currency)
    chosen = [ticket_types[name] for name in given.pop("ticket_types", ())]
    create_code(event, given, ticket_types=chosen, by=by, now=now)


def say(
    event: Event,
    ticket_types: Mapping[str, TicketType],
    words: Mapping[str, Any],
    *,
    language: str,
    by: User,
    now: datetime,
) -> None:
    texts = {name: text for name, text in words.items() if name != "tickets"}
    set_text(event, language=language, texts=texts, by=by, now=now)
    for name, word in words.get("tickets", {}).items():
        set_ticket_type_text(
            ticket_types[name], language=language, facts={"name": word}, by=by, now=now
        )


def take_picture(event: Event, *, by: User, now: datetime) -> None:
    """Sent like any other: the worker looks into it and makes its sizes."""
    picture = draw_evening(event.slug)
    wanted = Wanted(
        filename=f"{event.slug}.jpg",
        content_type="image/jpeg",
        size=len(picture),
        purpose=MediaPurpose.COVER,
    )
    take_file(event, wanted, picture, by=by, now=now)


def dates_of(event: Event, facts: Mapping[str, Any], *, by: User, now: datetime) -> Iterator[Event]:
    if rrule := facts.get("series"):
        yield from create_series(event, rrule=rrule, by=by, now=now)[1]
    else:
        yield event


def bring_to_state(event: Event, facts: Mapping[str, Any], *, by: User, now: datetime) -> None:
    state, notice = facts.get("state", "published"), facts.get("notice", "")
    if state == "draft":
        return
    publish_event(event, by=by, now=now)
    if state == "cancelled":
        cancel_event(event, notice=notice, by=by, now=now)
    elif state == "paused":
        pause_sales(event, by=by, now=now)
    elif state == "postponed":
        days = facts["postponed_to_in_days"] - facts["in_days"]
        assert event.starts_at is not None
        postpone(
            event, starts_at=event.starts_at + timedelta(days=days), notice=notice, by=by, now=now
        )


def moment(
    days: int, at: str, zone: str, *, made_at: datetime, facts: Mapping[str, Any]
) -> datetime:
    """So many days after the demo is loaded, at a time of day where it is."""
    loaded_at = made_at - timedelta(days=min(0, facts["in_days"]) - 14)
    day = loaded_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime.combine(day, time.fromisoformat(at), ZoneInfo(zone))


def in_minor(facts: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Amounts as they are kept: in the currency's smallest unit."""
    money = {"price", "min_price", "amount", "budget"}
    return {
        name: Money.of(value, currency).minor if name in money else value
        for name, value in facts.items()
    }
