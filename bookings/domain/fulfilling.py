"""Telling an organizer's own systems of its bookings: a row for each thing to tell, then the call,
repeated with growing pauses until it is answered well or three days have passed.

Each attempt carries the same id, by which the receiver drops repeats, and says what is so at that
moment. An endpoint that is down is not asked for a while, and holds up nobody else's.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.announcements import PostDue
from bookings.domain.endpoints import secrets_of
from bookings.domain.expiring import note
from bookings.domain.posting import booking_told
from bookings.domain.signing import signature
from bookings.enums import PostState, Told
from bookings.models import Booking, FulfillmentEndpoint, FulfillmentPost
from bookings.queries.bookings import in_full
from ticketing.core.errors import Conflict
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import Retry, announce
from ticketing.core.outgoing import AddressRefused, Answered, NotReached, post_to
from ticketing.core.resilience import Away, Fuse, Line, NoAnswer

GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_PAUSE = timedelta(hours=6)
AT_ONCE = 2  # calls from one process to one host
WELL = range(200, 300)
MOVED = range(300, 400)
GONE = 410
TROUBLE = 500
TOO_MANY = 429


class NoEndpoint(Conflict):
    code = "no_endpoint"
    message = _("This organizer has no endpoint in use.")


@dataclass(frozen=True)
class Tried:
    """What came of one attempt."""

    answer: int | None = None
    problem: str = ""
    milliseconds: int | None = None
    is_hopeless: bool = False
    after: timedelta | None = None
    """When the other side wants to be asked again, if it said so."""

    @property
    def is_well(self) -> bool:
        return self.answer in WELL


@transaction.atomic(savepoint=False)  # there is one for every booking, within its delivery's
def note_post(booking_id: UUID, what: Told, *, occasion: str = "", now: datetime) -> UUID | None:
    """Write down that the endpoint of its organizer, if there is one, is to be told. Once.

    Returns the event that was booked, for who wants to know it too."""
    endpoints = FulfillmentEndpoint.objects.filter(is_active=True, organizer=OuterRef("organizer"))
    rows = Booking.objects.filter(pk=booking_id).annotate(is_told=Exists(endpoints))
    found = rows.values_list("event_id", "organizer_id", "is_told").first()
    if found is None:
        return None
    event: UUID = found[0]
    if not found[2]:
        return event
    made = FulfillmentPost(
        event_id=event,
        organizer_id=found[1],
        booking_id=booking_id,
        what=what,
        occasion=occasion,
        wanted_at=now,
    )
    FulfillmentPost.objects.bulk_create([made], ignore_conflicts=True)
    if FulfillmentPost.objects.filter(pk=made.pk).exists():
        call(made)
    return event


def call(row: FulfillmentPost) -> None:
    announce(PostDue(post_id=row.pk), about=row, organizer=row.organizer_id)


def post(post_id: UUID, *, now: datetime) -> None:
    """Try once, outside of any transaction, and write down what came of it. Raises Retry."""
    row = FulfillmentPost.objects.filter(pk=post_id).first()
    if row is None or row.state != PostState.WAITING:
        return
    endpoint = FulfillmentEndpoint.objects.filter(organizer=row.organizer_id).first()
    if endpoint is None or not endpoint.is_active:
        write(row, Tried(problem="no endpoint in use", is_hopeless=True), now=now)
        return
    body = json.dumps(body_of(row), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Ticketing/1",
        "Idempotency-Key": str(row.pk),
        "Ticketing-Delivery": str(row.pk),
        "Ticketing-Signature": signature(
            body, with_secrets=secrets_of(endpoint, now=now), at=int(now.timestamp())
        ),
    }
    try:
        tried = attempt(endpoint.url, body, headers)
    except Away as away:
        if now - row.wanted_at < GIVEN_UP_AFTER:
            raise Retry(str(away)) from away
        tried = Tried(problem="known to be away")
    failpoint("bookings.posted")
    write(row, tried, now=now)
    if row.state == PostState.WAITING:
        raise Retry(tried.problem or f"answered {tried.answer}", after=tried.after)


def attempt(url: str, body: bytes, headers: dict[str, str]) -> Tried:
    """Raises Away if it was not sent."""
    said: list[Answered] = []

    def ask() -> Answered:
        said.append(post_to(url, body, headers))
        return said[-1]

    try:
        answer = line_to(urlsplit(url).netloc).call(
            ask, is_safe=False, is_bad=lambda one: one.status >= TROUBLE
        )
    except NoAnswer as error:
        if said:
            return Tried(said[0].status, "", said[0].milliseconds, after=pause_of(said[0]))
        return Tried(problem=str(error.__cause__ or error)[:200])
    except AddressRefused as refused:
        return Tried(problem=str(refused)[:200], is_hopeless=True)
    return Tried(
        answer.status,
        "redirects are not followed" if answer.status in MOVED else "",
        answer.milliseconds,
        is_hopeless=answer.status == GONE,
        after=pause_of(answer),
    )


@lru_cache(maxsize=1000)
def line_to(host: str) -> Line:
    """One way to each host with a fuse of its own; they are counted together."""
    line = Line("fulfillment", errors=(NotReached,), at_once=AT_ONCE)
    line.fuse = Fuse(f"fulfillment:{host}")
    return line


def pause_of(answer: Answered) -> timedelta | None:
    """What it asks for in whole seconds, within reason."""
    if answer.status in WELL or not answer.retry_after.isdecimal():
        return None
    return min(timedelta(seconds=int(answer.retry_after[:9])), LONGEST_PAUSE)


@transaction.atomic
def write(row: FulfillmentPost, tried: Tried, *, now: datetime) -> None:
    """Locks the row: another attempt may have ended at the same time, and a good one stays."""
    rows = FulfillmentPost.objects.select_for_update(of=("self",))
    row.refresh_from_db(from_queryset=rows)
    row.tries = min(row.tries + 1, 32_000)
    row.answer, row.problem, row.milliseconds = tried.answer, tried.problem, tried.milliseconds
    row.tried_at = now
    if tried.is_well:
        row.state, row.delivered_at = PostState.DELIVERED, now
    elif row.state == PostState.WAITING and (
        tried.is_hopeless or now - row.wanted_at >= GIVEN_UP_AFTER
    ):
        row.state = PostState.FAILED
    row.save()


@transaction.atomic
def replay_post(row: FulfillmentPost, *, by: User, now: datetime) -> None:
    """Tell it once more, under the same id. Locks the row.

    Raises NoEndpoint, RoleMayNot, NoSuchOrganizer.
    """
    require(by, Permission.EDIT_BOOKINGS, row.organizer)
    in_use = FulfillmentEndpoint.objects.filter(organizer=row.organizer_id, is_active=True)
    if not in_use.exists():
        raise NoEndpoint
    rows = FulfillmentPost.objects.select_for_update(of=("self",))
    row.refresh_from_db(from_queryset=rows)
    row.state, row.wanted_at = PostState.WAITING, now
    row.save(update_fields=["state", "wanted_at"])
    call(row)
    note(row.booking, "bookings.posted_again", by=by, now=now, after={"what": row.what})


def body_of(row: FulfillmentPost) -> dict[str, Any]:
    booking = in_full(Booking.objects.select_related("event__venue")).get(pk=row.booking_id)
    return {
        "id": str(row.pk),
        "type": row.what,
        "version": 1,
        "site": settings.SITE_URL,
        **booking_told(booking),
    }
