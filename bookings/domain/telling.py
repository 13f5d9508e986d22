"""What an organizer writes to who has booked: looked at first, then sent in batches that call each
other through the outbox, so that a worker that dies goes on where it was.

Each address gets it once, whatever it has booked. It is news of an organizer: who does not want to
hear any stays without, and still gets tickets and what becomes of them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import User
from accounts.notifications.domain.addresses import InvalidAddress
from accounts.notifications.domain.messages import notify, settled
from accounts.notifications.enums import MessageState
from accounts.notifications.kinds import kind_named
from accounts.notifications.models import Message
from accounts.notifications.rendering.mail import Mail, write_mail
from accounts.notifications.rendering.placeholders import LeftOver
from accounts.permissions import Permission
from bookings import words
from bookings.announcements import AttendeesToTell
from bookings.domain.mails import buyer_of, digest, facts_of
from bookings.enums import Audience, TellingState
from bookings.models import AttendeeMessage, Booking
from bookings.models.attendee_message import LONGEST_SUBJECT, LONGEST_TEXT
from bookings.queries.audience import audience_of, reach_of
from bookings.queries.bookings import in_full
from events.models import Event, TicketType
from ticketing.core.errors import Conflict, InvalidInput, TooOften
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce
from ticketing.core.turns import take_turn

KIND = "organizer_message"
TOLD_AT_ONCE = 100
MOST_A_DAY = 3  # messages to one event's attendees within 24 hours
A_DAY = timedelta(hours=24)


class NothingSaid(InvalidInput):
    code = "nothing_said"
    message = _("A message has a subject and a text.")


class TooMuchSaid(InvalidInput):
    code = "too_much_said"
    message = _("This is too long for a mail.")


class UnreadableWords(InvalidInput):
    code = "wrong_words"
    message = _("A placeholder stands where it cannot be filled. Please write it in plain text.")


class NobodyToTell(Conflict):
    code = "nobody_to_tell"
    message = _("Nobody has booked what you chose, so nobody would get this.")


class ReachChanged(Conflict):
    code = "reach_changed"
    message = _("Meanwhile it is for more or fewer people. Please look at the number once more.")


class NoSuchTicketType(InvalidInput):
    code = "no_such_ticket_type"
    message = _("This event has no such ticket type.")


class ToldEnough(TooOften):
    code = "told_enough"


@transaction.atomic
def draft_message(
    event: Event,
    *,
    subject: str,
    text: str,
    audience: str = Audience.ALL,
    ticket_type: TicketType | None = None,
    by: User,
    now: datetime,
) -> AttendeeMessage:
    """Write it down to be looked at; nobody gets anything yet.

    Raises NothingSaid, TooMuchSaid, UnreadableWords, NoSuchTicketType, RoleMayNot,
    NoSuchOrganizer.
    """
    require(by, Permission.EDIT_BOOKINGS, event.organizer)
    subject, text = " ".join(subject.split()), text.strip()
    if not subject or not text:
        raise NothingSaid(field="text" if subject else "subject")
    if len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise TooMuchSaid(field="text" if len(text) > LONGEST_TEXT else "subject")
    if ticket_type is not None and ticket_type.event_id != event.pk:
        raise NoSuchTicketType(field="ticket_type")
    message = AttendeeMessage(
        event=event,
        person=by,
        audience=Audience(audience),
        ticket_type=ticket_type,
        subject=subject,
        text=text,
        created_at=now,
    )
    try:
        preview(message, language=event.language)
    except LeftOver:
        raise UnreadableWords(field="text") from None
    message.save(force_insert=True)
    return message


def preview(message: AttendeeMessage, *, language: str) -> Mail:
    """As one of those who get it would see it: the first, or somebody made up."""
    kind = kind_named(KIND)
    chosen = audience_of(message.event_id, message.audience, ticket_type=message.ticket_type_id)
    rows = in_full(chosen.select_related("user", "event__venue"))
    booking = rows.order_by("pk").first()
    if booking is None:
        said = words.said(message.event, language)
        example = kind.example() | {"event": said.title, "when": said.when, "where": said.where}
        facts = example | words_of(message)
    else:
        language, facts = words.language_of(booking), facts_for(message, booking)
    # The link opens the booking: whoever looks here is not meant to hold it.
    facts |= {"link": kind.example()["link"]}
    values = settled(kind, facts, language)
    return write_mail(kind, values, locale=language, unsubscribe="#")


@transaction.atomic
def send_message(message: AttendeeMessage, *, expected: int, by: User, now: datetime) -> None:
    """Let it go out to `expected` people, as they were counted before. Again: no effect.

    Locks the message. Raises NobodyToTell, ReachChanged, ToldEnough after three a day for one
    event, RoleMayNot, NoSuchOrganizer.
    """
    require(by, Permission.EDIT_BOOKINGS, message.organizer)
    take_turn(b"attendees" + message.event_id.bytes)
    message.refresh_from_db(from_queryset=AttendeeMessage.objects.select_for_update(of=("self",)))
    if message.state != TellingState.DRAFT:
        return
    require_not_too_often(message, now=now)
    reach = reach_of(message)
    if reach.reached == 0:
        raise NobodyToTell
    if reach.reached != expected:
        raise ReachChanged
    message.state, message.begun_at, message.person = TellingState.SENDING, now, by
    message.expected = reach.people
    message.save(update_fields=["state", "begun_at", "person", "expected"])
    call_batch(message, after=None)
    after = {"subject": message.subject, "audience": message.audience, "people": reach.people}
    note("bookings.attendees_told", message, by=by, now=now, after=after)


def require_not_too_often(message: AttendeeMessage, *, now: datetime) -> None:
    lately = AttendeeMessage.objects.filter(event=message.event_id, begun_at__gt=now - A_DAY)
    begun = [one.begun_at or now for one in lately.order_by("begun_at")]
    if len(begun) >= MOST_A_DAY:
        wait = begun[-MOST_A_DAY] + A_DAY - now
        raise ToldEnough(
            ngettext(
                "People are written to %(most)s time a day at most. Please wait until tomorrow.",
                "People are written to %(most)s times a day at most. Please wait until tomorrow.",
                MOST_A_DAY,
            )
            % {"most": MOST_A_DAY},
            retry_after=int(wait.total_seconds()) + 1,
        )


def call_batch(message: AttendeeMessage, *, after: UUID | None) -> None:
    due = AttendeesToTell(message_id=message.pk, after=after)
    announce(due, about=message, organizer=message.organizer_id)


@transaction.atomic
def tell_batch(due: AttendeesToTell, *, now: datetime) -> int:
    """Some bookings, and the call for the next; returns how many were looked at.

    Locks the message. Who booked after it began is not meant.
    """
    rows = AttendeeMessage.objects.select_for_update(of=("self",)).select_related(
        "event__organizer"
    )
    message = rows.filter(pk=due.message_id).first()
    if message is None or message.state != TellingState.SENDING:
        return 0
    chosen = audience_of(
        message.event_id,
        message.audience,
        ticket_type=message.ticket_type_id,
        until=message.begun_at,
    )
    if due.after is not None:
        chosen = chosen.filter(pk__gt=due.after)
    shown = in_full(chosen.select_related("user", "event__venue"))
    some = list(shown.order_by("pk")[:TOLD_AT_ONCE])
    tell(message, some, now=now)
    failpoint("bookings.attendees_told")
    if len(some) == TOLD_AT_ONCE:
        call_batch(message, after=some[-1].pk)
    else:
        message.state, message.finished_at = TellingState.DONE, now
    message.save(update_fields=["state", "finished_at", "told", "withheld"])
    return len(some)


def tell(message: AttendeeMessage, bookings: list[Booking], *, now: datetime) -> None:
    by_key = {key_of(message, one): one for one in reversed(bookings)}
    known = set(Message.objects.filter(key__in=by_key).values_list("key", flat=True))
    for key, booking in by_key.items():
        if key in known:
            continue
        message.told += 1
        try:
            sent = notify(
                KIND,
                to=buyer_of(booking).to,
                key=key,
                context=facts_for(message, booking),
                now=now,
                locale=booking.language,
            )
        except InvalidAddress:
            message.withheld += 1
        else:
            message.withheld += sent.state == MessageState.WITHHELD


def key_of(message: AttendeeMessage, booking: Booking) -> str:
    """One for an address, however many bookings it has."""
    return f"organizer-message:{message.pk}:{digest(booking.buyer_email)}"


def facts_for(message: AttendeeMessage, booking: Booking) -> dict[str, object]:
    reader = buyer_of(booking)
    with translation.override(words.language_of(booking)):
        return {
            **facts_of(booking),
            **words_of(message),
            "name": reader.name,
            "link": reader.link,
        }


def words_of(message: AttendeeMessage) -> dict[str, str]:
    return {
        "organizer": message.event.organizer.name,
        "subject": message.subject,
        "words": message.text,
    }


def note(
    action: str,
    message: AttendeeMessage,
    *,
    by: User | None,
    now: datetime,
    after: dict[str, object],
) -> None:
    record(action=action, by=by, on=message, organizer=message.organizer_id, after=after, now=now)
