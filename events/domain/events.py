"""Making and changing events. What moves them through their life is in lifecycle.py."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import Organizer, User
from accounts.permissions import Permission
from events.announcements import DraftDeleted, EventCreated, EventRescheduled
from events.domain.asking import apply, lock, note, open_to, tell_changed
from events.enums import EventStatus, Visibility
from events.models import Event, EventText, Place, Pool
from events.rules import COLOUR
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.outbox import announce

RESERVED = {
    "admin",
    "api",
    "new",
    "search",
    "feed",
    "calendar",
    "categories",
    "category",
    "organizers",
}
# What may be changed by name; everything else has a use case of its own.
CHANGEABLE = frozenset({
    "accent", "category", "currency", "description", "doors_open_at", "ends_at", "hold_minutes",
    "is_tax_included", "language", "notice", "online_url", "refund_fee_percent",
    "refund_until_days", "series", "slug", "starts_at", "summary", "tax_country", "tax_region",
    "terms", "timezone", "title", "venue", "visibility",
})  # fmt: skip


class NotToBeSet(InvalidInput):
    code = "not_to_be_set"
    message = _("This is not changed here.")


class InvalidValue(InvalidInput):
    code = "invalid_value"
    message = _("Please check this value.")


class EndsBeforeItStarts(InvalidInput):
    code = "ends_before_it_starts"
    message = _("The event must end after it begins.")


class StartNeeded(InvalidInput):
    code = "start_needed"
    message = _("Please say when it begins.")


class DoorsOpenLate(InvalidInput):
    code = "doors_open_late"
    message = _("Doors open before the event begins, or when it does.")


class TwoPlaces(InvalidInput):
    code = "two_places"
    message = _("An event is at a venue or online; please choose one of both.")


class VenueOfAnother(InvalidInput):
    code = "venue_of_another"
    message = _("There is no such venue among yours.")


class AccessCodeNeeded(InvalidInput):
    code = "access_code_needed"
    message = _("A private event needs an access code of at least six characters.")


class AddressTaken(Conflict):
    code = "address_taken"
    message = _("Another event has this address already.")


class CurrencyStays(Conflict):
    code = "currency_stays"
    message = _("The currency cannot change any more: prices were given in it.")


class StillNeeded(Conflict):
    code = "still_needed"
    message = _("A published event needs a beginning, an end and a place.")


class NoDraft(Conflict):
    code = "no_draft"
    message = _("Only drafts can be deleted. Cancel the event, or take it off.")


@transaction.atomic
def create_event(
    organizer: Organizer,
    facts: Mapping[str, Any],
    *,
    access_code: str = "",
    by: User,
    now: datetime,
) -> Event:
    """Begin a draft. Its address follows from the title unless one is given.

    Raises NotThere, NotAllowed, InvalidInput with the field that is wrong, AddressTaken.
    """
    require(by, Permission.EDIT_EVENTS, organizer)
    event = Event(organizer=organizer, created_at=now, changed_at=now)
    set_facts(event, facts, access_code=access_code)
    insert(event)
    after = {name: value for name, value in facts.items() if name != "description"}
    note("events.created", event, event=event, by=by, now=now, after=after)
    announce(EventCreated(event_id=event.pk), about=event, organizer=organizer.pk)
    return event


@transaction.atomic
def change_event(
    event: Event, changes: Mapping[str, Any], *, access_code: str = "", by: User, now: datetime
) -> None:
    """Change what is said of an event; who booked is told of another time by what listens.

    Locks the event. Raises NotThere, NotAllowed, EventOver, InvalidInput with the field,
    AddressTaken, CurrencyStays, StillNeeded.
    """
    open_to(by, event)
    started_at = event.starts_at
    before, after = set_facts(event, changes, access_code=access_code)
    if not (before or access_code):
        return
    if "currency" in before:
        require_no_prices(event)
    if event.status != EventStatus.DRAFT and not has_time_and_place(event):
        raise StillNeeded(field=next(iter(after), None))
    if "slug" in before and Event.objects.filter(slug=event.slug).exists():
        raise AddressTaken(field="slug")
    event.save()
    changed = [*after, *(["access_code"] if access_code else [])]
    note("events.changed", event, event=event, by=by, now=now, before=before, after=after)
    tell_changed(event, changed, now=now)
    if "starts_at" in before and event.status != EventStatus.DRAFT and started_at:
        tell_rescheduled(event, was_to_begin_at=started_at)


@transaction.atomic
def set_text(
    event: Event, *, language: str, texts: Mapping[str, str], by: User, now: datetime
) -> EventText | None:
    """Say it in another language; without a title the language is taken away again."""
    open_to(by, event)
    known = EventText.objects.filter(event=event, language=language).first()
    if language == event.language:
        raise NotToBeSet(field="language")
    if not texts.get("title", "").strip():
        if known:
            known.delete()
        text = None
    else:
        text = known or EventText(event=event, language=language, organizer=event.organizer)
        only(texts, {"title", "summary", "description"})
        apply(text, texts)
        look_over(text)
        text.save()
    note("events.text_changed", event, event=event, by=by, now=now, after={"language": language})
    tell_changed(event, [f"text:{language}"], now=now)
    return text


@transaction.atomic
def delete_draft(event: Event, *, by: User, now: datetime) -> None:
    """Take back an event that nobody has seen. Raises NotThere, NotAllowed, NoDraft."""
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    if event.status != EventStatus.DRAFT:
        raise NoDraft
    note("events.deleted", event, event=event, by=by, now=now, before={"title": event.title})
    announce(DraftDeleted(event_id=event.pk), about=event, organizer=event.organizer_id)
    # The places go as those of a pool that is for nobody: the database counts them.
    Pool.objects.filter(event=event).update(capacity=0)
    Place.objects.filter(pool__event=event).delete()
    event.ticket_types.all().delete()
    event.delete()


def set_facts(
    event: Event, facts: Mapping[str, Any], *, access_code: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    only(facts, CHANGEABLE)
    changed = apply(event, facts)
    look_over(event, exclude={"number", "organizer", *({"slug"} if not event.slug else set())})
    require_bounds(event)
    require_order(event)
    require_one_place(event)
    set_access(event, access_code)
    return changed


def only(facts: Mapping[str, Any], allowed: frozenset[str] | set[str]) -> None:
    for name in facts:
        if name not in allowed:
            raise NotToBeSet(field=name)


def look_over(row: Model, *, exclude: set[str] | None = None) -> None:
    """Each value by itself; raises InvalidValue in the words of its field.

    What points to other rows is left to the database, which knows them.
    """
    related = {field.name for field in row._meta.fields if field.is_relation}
    try:
        row.clean_fields(exclude=related | (exclude or set()))
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise InvalidValue(" ".join(messages), field=name) from None


def require_bounds(event: Event) -> None:
    """What the database would refuse without words."""
    within = {
        "accent": not event.accent or re.fullmatch(COLOUR, event.accent),
        "hold_minutes": 5 <= event.hold_minutes <= 120,
        "refund_until_days": (event.refund_until_days or 0) <= 365,
        "refund_fee_percent": 0 <= event.refund_fee_percent <= 100,
        "tax_country": not event.tax_country or re.fullmatch("[A-Z]{2}", event.tax_country),
        "slug": event.slug not in RESERVED,
    }
    for field, is_well in within.items():
        if not is_well:
            raise InvalidValue(field=field)


def require_order(event: Event) -> None:
    starts, ends, doors = event.starts_at, event.ends_at, event.doors_open_at
    if starts is None and (ends or doors):
        raise StartNeeded(field="starts_at")
    if starts and ends and ends <= starts:
        raise EndsBeforeItStarts(field="ends_at")
    if starts and doors and doors > starts:
        raise DoorsOpenLate(field="doors_open_at")


def require_one_place(event: Event) -> None:
    if event.venue is not None and event.online_url:
        raise TwoPlaces(field="online_url")
    if event.venue is not None and event.venue.organizer_id != event.organizer_id:
        raise VenueOfAnother(field="venue")
    if event.series is not None and event.series.organizer_id != event.organizer_id:
        raise InvalidValue(field="series")


def set_access(event: Event, code: str) -> None:
    if event.visibility != Visibility.PRIVATE:
        event.access_digest = ""
    elif code:
        if len(code.strip()) < 6:
            raise AccessCodeNeeded(field="access_code")
        event.access_digest = event.digest_of(code)
    elif not event.access_digest:
        raise AccessCodeNeeded(field="access_code")


def require_no_prices(event: Event) -> None:
    has_prices = event.ticket_types.filter(price__gt=0).exists()
    if has_prices or event.status != EventStatus.DRAFT:
        raise CurrencyStays(field="currency")


def has_time_and_place(event: Event) -> bool:
    has_place = event.venue_id is not None or bool(event.online_url)
    return event.starts_at is not None and event.ends_at is not None and has_place


def tell_rescheduled(event: Event, *, was_to_begin_at: datetime) -> None:
    if event.starts_at is None:
        return
    announce(
        EventRescheduled(
            event_id=event.pk, was_to_begin_at=was_to_begin_at, begins_at=event.starts_at
        ),
        about=event,
        organizer=event.organizer_id,
    )


def insert(event: Event) -> None:
    """Under the address that was asked for, or one made of the title that is free."""
    is_given = bool(event.slug)
    wanted = event.slug or slugify(event.title)[:60].strip("-") or "event"
    is_taken = wanted in RESERVED
    for _attempt in range(5):
        event.slug = f"{wanted}-{uuid4().hex[:6]}" if is_taken and not is_given else wanted
        try:
            with transaction.atomic():
                event.save(force_insert=True)
        except IntegrityError as error:
            if "events_event_slug" not in str(error):
                raise
            is_taken = True
        else:
            return
        if is_given:
            break
    raise AddressTaken(field="slug")
