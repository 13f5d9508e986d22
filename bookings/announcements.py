"""What bookings tells the rest of the product."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ticketing.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class PlacesHeld(Event, name="bookings.places_held", version=1):
    """Somebody has places for a while and has not confirmed yet."""

    booking_id: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class BookingConfirmed(Event, name="bookings.booking_confirmed", version=1):
    """A booking is certain: its tickets are valid, its mail is to be sent."""

    booking_id: UUID
    # Whether it cost nothing, so that no money needs to be looked for.
    is_free: bool = False


@dataclass(frozen=True, kw_only=True)
class BookingExpiring(Event, name="bookings.booking_expiring", version=1):
    """Paying took too long: it is to be closed where it is paid before places are released."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingExpired(Event, name="bookings.booking_expired", version=1):
    """A hold ran out and its places are free."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(Event, name="bookings.booking_cancelled", version=1):
    """A booking is given up whole; what was paid for it is to be given back by its policy."""

    booking_id: UUID
    was_confirmed: bool
    # "event_cancelled" where the event will not be: then all of it goes back, and the mail that
    # tells of the event is the only one. Else whoever booked or the organizer gave it up.
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketsCancelled(Event, name="bookings.tickets_cancelled", version=1):
    """Some tickets of a booking are void, others stand."""

    booking_id: UUID
    ticket_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class BookingChanged(Event, name="bookings.booking_changed", version=1):
    """Who comes, or what they answered, is different, of a booking that was certain already."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class TicketReissued(Event, name="bookings.ticket_reissued", version=1):
    """A ticket has a new code; the former is dead."""

    ticket_id: UUID
    generation: int


@dataclass(frozen=True, kw_only=True)
class BookingMoved(Event, name="bookings.booking_moved", version=1):
    """A booking is for another event now, with other places and new codes. What was paid stays."""

    booking_id: UUID
    from_event_id: UUID
    to_event_id: UUID
    ticket_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class TicketsSwapped(Event, name="bookings.tickets_swapped", version=1):
    """Tickets of a booking are of another type of the same event now, with new codes."""

    booking_id: UUID
    ticket_ids: list[UUID]
    ticket_type_id: UUID


@dataclass(frozen=True, kw_only=True)
class DifferenceDue(Event, name="bookings.difference_due", version=1):
    """Tickets were exchanged for cheaper ones: so much of what was paid is to be given back."""

    booking_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class NoticesDue(Event, name="bookings.notices_due", version=1):
    """Who booked an event is to be told of it, from one booking on; each batch calls the next."""

    event_id: UUID
    kind: str
    occasion: str
    was_to_begin_at: datetime | None = None
    after: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CancellingDue(Event, name="bookings.cancelling_due", version=1):
    """The bookings of a cancelled event are to be ended, from one on; each batch calls the next."""

    event_id: UUID
    occasion: str
    after: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ImportDue(Event, name="bookings.import_due", version=1):
    """Lines of an imported file wait to be booked; each batch calls the next."""

    import_id: UUID
    after: int


@dataclass(frozen=True, kw_only=True)
class AttendeesToTell(Event, name="bookings.attendees_to_tell", version=1):
    """A message of an organizer goes out, from one booking on; each batch calls the next."""

    message_id: UUID
    after: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PostDue(Event, name="bookings.post_due", version=1):
    """An organizer's own endpoint is to be told of a booking."""

    post_id: UUID


@dataclass(frozen=True, kw_only=True)
class LinksAsked(Event, name="bookings.links_asked", version=1):
    """Somebody asked for the links to all bookings of an address, which may or may not have any."""

    ask: UUID
    email: str


@dataclass(frozen=True, kw_only=True)
class FileWanted(Event, name="bookings.file_wanted", version=1):
    """Somebody asked for the file of a booking or of one ticket, and there was none to be had."""

    booking_id: UUID
    ticket_id: UUID | None = None
