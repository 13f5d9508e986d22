"""What is always true of places, bookings, tickets and what follows from them, as questions to the
database that find the opposite (research: trust.md §5.1, whose numbers they carry).

Each statement gives one text per thing that is not as promised. `%(now)s` is the moment of asking.
What was begun a moment ago may still be on its way, and what was long ago is looked at no more:
`%(soon)s` and `%(lately)s` say how long.
"""

from dataclasses import dataclass
from datetime import timedelta

from ticketing.core.slots import Slot

# Seconds for a worker that is busy, a mail server or a broker that was away for a while.
SOON = timedelta(minutes=15)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Promise:
    name: str
    number: str
    words: str
    broken: str
    """Finds what is not so."""
    table: str = ""
    """Without this table there is nothing to ask."""


# What others, who know of bookings, promise beside it: money, for one.
further_promises: Slot[Promise] = Slot()

PROMISES = [
    Promise(
        "pool_has_its_places",
        "I1",
        "A pool has as many places as its capacity says.",
        """
        SELECT 'pool ' || pool.id || ' has ' || count(place.id) || ' of '
            || coalesce(pool.capacity, 0)
        FROM events_pool AS pool LEFT JOIN events_place AS place ON place.pool_id = pool.id
        GROUP BY pool.id HAVING count(place.id) <> coalesce(pool.capacity, 0)
        """,
    ),
    Promise(
        "place_is_its_tickets",
        "I1",
        "The place of a ticket is held by the ticket's booking.",
        """
        SELECT 'ticket ' || ticket.id FROM bookings_ticket AS ticket
        JOIN events_place AS place ON place.id = ticket.place_id
        WHERE ticket.status IN ('reserved', 'valid') AND place.holder IS DISTINCT FROM ticket.booking_id
        """,
    ),
    Promise(
        "place_is_held_for_a_ticket",
        "I1",
        "A place that is held is held for a ticket.",
        """
        SELECT 'place ' || place.id || ' held by ' || place.holder FROM events_place AS place
        WHERE place.holder IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM bookings_ticket AS ticket
            WHERE ticket.place_id = place.id AND ticket.booking_id = place.holder
                AND ticket.status IN ('reserved', 'valid')
        )
        """,
    ),
    Promise(
        "ticket_has_a_place",
        "I1",
        "A ticket of a pool that can sell out has a place.",
        """
        SELECT 'ticket ' || ticket.id FROM bookings_ticket AS ticket
        JOIN events_tickettype AS type ON type.id = ticket.ticket_type_id
        JOIN events_pool AS pool ON pool.id = type.pool_id
        WHERE ticket.status IN ('reserved', 'valid') AND ticket.place_id IS NULL AND pool.capacity IS NOT NULL
        """,
    ),
    Promise(
        "void_ticket_has_no_place",
        "I1",
        "A ticket that is void has let go of its place, which may be taken away.",
        """
        SELECT 'ticket ' || ticket.id FROM bookings_ticket AS ticket
        WHERE ticket.status = 'void' AND ticket.place_id IS NOT NULL
        """,
    ),
    Promise(
        "line_has_its_tickets",
        "I4",
        "What was booked is as many tickets as its lines say.",
        """
        SELECT 'booking ' || booking.reference || ' has ' || count(ticket.id) || ' of '
            || line.quantity || ' ' || line.name
        FROM bookings_booking AS booking
        JOIN bookings_bookingline AS line ON line.booking_id = booking.id
        LEFT JOIN bookings_ticket AS ticket ON ticket.line_id = line.id AND (
            ticket.status <> 'void' OR ticket.voided_at >= booking.confirmed_at
        )
        WHERE booking.status IN ('held', 'expiring', 'confirmed')
        GROUP BY booking.id, line.id HAVING count(ticket.id) <> line.quantity
        """,
    ),
    Promise(
        "ticket_is_as_its_booking",
        "I4",
        "Tickets are reserved while they are held, valid once they are certain, else void.",
        """
        SELECT 'ticket ' || ticket.id || ' is ' || ticket.status || ', its booking '
            || booking.status
        FROM bookings_ticket AS ticket
        JOIN bookings_booking AS booking ON booking.id = ticket.booking_id
        WHERE (ticket.status = 'valid' AND booking.status <> 'confirmed')
            OR (ticket.status = 'reserved' AND booking.status NOT IN ('held', 'expiring'))
        """,
    ),
    Promise(
        "confirmed_has_a_ticket",
        "I4",
        "A confirmed booking has a valid ticket.",
        """
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        WHERE booking.status = 'confirmed' AND NOT EXISTS (
            SELECT 1 FROM bookings_ticket AS ticket
            WHERE ticket.booking_id = booking.id AND ticket.status = 'valid'
        )
        """,
    ),
    Promise(
        "cancelled_event_has_no_booking",
        "I4",
        "Nobody has a booking for an event that was cancelled, once all of them are ended.",
        """
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        JOIN events_event AS event ON event.id = booking.event_id
        WHERE booking.status = 'confirmed'
            AND event.cancelled_at BETWEEN %(now)s - %(lately)s AND %(now)s - %(soon)s
            AND booking.confirmed_at < %(now)s - %(soon)s
            AND NOT EXISTS (
                SELECT 1 FROM core_announcedevent AS batch
                JOIN core_delivery AS delivery ON delivery.event_id = batch.id
                WHERE batch.about = 'events.event:' || event.id
                    AND batch.name IN ('events.event_cancelled', 'bookings.cancelling_due')
                    AND delivery.subscriber IN
                        ('bookings.tell_event_is_cancelled', 'bookings.end_some_bookings')
                    AND delivery.status NOT IN ('done', 'dead')
            )
        """,
    ),
    Promise(
        "nothing_waits_for_long",
        "I7",
        "What was announced is delivered, or given up with an alert.",
        """
        SELECT delivery.event_id || ':' || delivery.subscriber FROM core_delivery AS delivery
        WHERE delivery.status NOT IN ('done', 'dead') AND delivery.wanted_at < %(now)s - %(soon)s
        """,
    ),
    Promise(
        "confirmed_is_announced",
        "I7",
        "That a booking is certain was announced.",
        """
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        WHERE booking.confirmed_at > %(now)s - %(lately)s AND NOT EXISTS (
            SELECT 1 FROM core_announcedevent AS event
            WHERE event.about = 'bookings.booking:' || booking.id
                AND event.name = 'bookings.booking_confirmed'
        )
        """,
    ),
    Promise(
        "confirmed_has_its_mail",
        "I7",
        "Who has a confirmed booking was written to.",
        """
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        WHERE booking.status = 'confirmed' AND booking.buyer_email <> ''
            AND booking.confirmed_at BETWEEN %(now)s - %(lately)s AND %(now)s - %(soon)s
            AND NOT EXISTS (
                SELECT 1 FROM notifications_message AS message
                WHERE message.key = 'booking-confirmed:' || booking.id
            )
        """,
    ),
    Promise(
        "nothing_went_back",
        "I8",
        "No booking is where it was before.",
        """
        SELECT 'booking ' || reference || ' is ' || status FROM bookings_booking
        WHERE (status IN ('held', 'expiring')
                AND coalesce(confirmed_at, cancelled_at, expired_at) IS NOT NULL)
            OR (status = 'expired' AND coalesce(confirmed_at, cancelled_at) IS NOT NULL)
            OR (status = 'confirmed' AND cancelled_at IS NOT NULL)
        """,
    ),
    Promise(
        "moves_are_recorded",
        "I8",
        "Each move of a booking stands in the audit record.",
        """
        SELECT 'booking ' || booking.reference || ': ' || move.action
        FROM bookings_booking AS booking CROSS JOIN LATERAL (VALUES
            (booking.confirmed_at, 'bookings.confirmed', 'bookings.confirmed'),
            (booking.cancelled_at, 'bookings.cancelled', 'bookings.given_up'),
            (booking.expired_at, 'bookings.expired', 'bookings.expired')
        ) AS move (moment, action, other)
        WHERE move.moment > %(now)s - %(lately)s AND NOT EXISTS (
            SELECT 1 FROM audit_entry AS entry
            WHERE entry.object_id = booking.id::text AND entry.object_type = 'bookings.booking'
                AND entry.action IN (move.action, move.other)
        )
        """,
    ),
    Promise(
        "guards_stand",
        "I8",
        "What the database itself refuses, it still refuses.",
        """
        SELECT 'trigger ' || wanted.name FROM unnest(ARRAY[
            'bookings_booking_moves', 'bookings_ticket_moves', 'bookings_ticket_revokes',
            'bookings_doorentry_turn', 'bookings_doorentry_only_grows'
        ]) AS wanted (name) WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger WHERE tgname = wanted.name AND tgenabled <> 'D'
        )
        UNION ALL
        SELECT 'key ' || wanted.name FROM unnest(ARRAY[
            'bookings_ticket_place_once', 'bookings_ticket_number_once',
            'bookings_doorentry_admitted_once_a_turn', 'events_place_number_once'
        ]) AS wanted (name) WHERE NOT EXISTS (
            SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE relname = wanted.name AND indisunique AND indisvalid
        )
        """,
    ),
    Promise(
        "one_entry_per_ticket",
        "I11",
        "A ticket comes in no oftener than its check-in list allows.",
        """
        SELECT 'ticket ' || entry.ticket_id || ' at list ' || list.id
        FROM bookings_doorentry AS entry
        JOIN bookings_checkinlist AS list ON list.id = entry.check_in_list_id
        WHERE entry.result = 'admitted' AND list.entries IN ('once', 'reentry')
            -- Before a list was last changed it may have let in oftener.
            AND entry.received_at > coalesce((
                SELECT max(act.occurred_at) FROM audit_entry AS act
                WHERE act.object_id = list.id::text AND act.action = 'door.list_changed'
            ), '-infinity')
        GROUP BY entry.ticket_id, list.id, list.entries
        HAVING count(*) FILTER (WHERE kind = 'in') - count(*) FILTER (WHERE kind = 'undone')
            - count(*) FILTER (WHERE kind = 'out' AND list.entries = 'reentry') > 1
        """,
        table="bookings_doorentry",
    ),
]
