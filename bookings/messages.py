"""What bookings writes to people. The words are in templates/mails/."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Topic
from accounts.notifications.kinds import MessageKind

TOKEN = "?token=mX3f9c"  # noqa: S105 - an example in the gallery
NAME = {"name": "Ada"}
EVENT = {
    "event": "Summer night",
    "when": "Friday 14 May 2027, 20:00 – 22:30 (Central European Summer Time)",
    "where": "Village hall, Lyon",
}
PAGE = {"reference": "K7Q2M9XA", "link": f"/bookings/K7Q2M9XA/{TOKEN}"}
ONE_TICKET = {"ticket": "General (Bob)", "link": f"/tickets/0197/ticket.pdf{TOKEN}"}
NOTICE = {"notice": "The singer is ill."}
MOST_LINKS = 10
# What was booked is handed over, and whoever has a ticket is told when it is of no use: whatever
# else they want to be told. (Nobody can unsubscribe from this topic.)
ALWAYS = Topic.SECURITY

KINDS = [
    MessageKind(
        name="booking_confirmed",
        title=_("Confirmation with tickets"),
        topic=ALWAYS,
        placeholders={
            **EVENT,
            **PAGE,
            **NAME,
            "tickets": "General (Ada); General (Bob)",
            "link_tickets": f"/bookings/K7Q2M9XA/tickets.pdf{TOKEN}",
            "link_calendar": f"/bookings/K7Q2M9XA/calendar.ics{TOKEN}",
            "paid": "€42.00",
            "refunds": "Tickets can be handed back until Friday 7 May 2027, 20:00.",
            "terms": "Bags stay outside. Children under six come in free.",
        },
        optional=frozenset({"name", "paid", "terms"}),
        is_secret=True,
    ),
    MessageKind(
        name="ticket_for_you",
        title=_("A ticket for who comes along"),
        topic=ALWAYS,
        placeholders={**EVENT, **ONE_TICKET, **NAME, "buyer": "Ada"},
        optional=frozenset({"name", "buyer"}),
        is_secret=True,
    ),
    MessageKind(
        name="ticket_renewed",
        title=_("A ticket has a new code"),
        topic=ALWAYS,
        placeholders={**EVENT, **ONE_TICKET, **NAME},
        optional=frozenset(NAME),
        is_secret=True,
    ),
    MessageKind(
        name="ticket_void",
        title=_("A ticket does not count any more"),
        topic=Topic.BOOKINGS,
        placeholders={**EVENT, **NAME, "ticket": "General (Bob)"},
        optional=frozenset(NAME),
    ),
    MessageKind(
        name="booking_cancelled",
        title=_("A booking was cancelled"),
        topic=Topic.BOOKINGS,
        placeholders={
            **EVENT,
            **PAGE,
            **NAME,
            "paid": "€42.00",
            "reason": "The hall is too small.",
        },
        optional=frozenset({"name", "paid", "reason"}),
        is_secret=True,
    ),
    MessageKind(
        name="tickets_cancelled",
        title=_("Some tickets were cancelled"),
        topic=Topic.BOOKINGS,
        placeholders={
            **EVENT,
            **PAGE,
            **NAME,
            "tickets": "General (Bob)",
            "left": "General (Ada)",
            "paid": "€42.00",
        },
        optional=frozenset({"name", "paid"}),
        is_secret=True,
    ),
    MessageKind(
        name="event_cancelled",
        title=_("An event was cancelled"),
        topic=ALWAYS,
        placeholders={**EVENT, **NAME, **NOTICE, "paid": "€42.00", "link": PAGE["link"]},
        optional=frozenset({"name", "notice", "paid"}),
        is_secret=True,
    ),
    MessageKind(
        name="event_postponed",
        title=_("An event was postponed: keep the tickets or hand them back"),
        topic=ALWAYS,
        placeholders={
            **EVENT,
            **NAME,
            **NOTICE,
            "was": "Friday 23 April 2027, 20:00",
            "paid": "€42.00",
            "link": PAGE["link"],
        },
        optional=frozenset({"name", "notice", "paid"}),
        is_secret=True,
    ),
    MessageKind(
        name="event_rescheduled",
        title=_("An event begins at another time"),
        topic=ALWAYS,
        placeholders={
            **EVENT,
            **NAME,
            "was": "Friday 14 May 2027, 19:30",
            "link": PAGE["link"],
        },
        optional=frozenset(NAME),
        is_secret=True,
    ),
    MessageKind(
        name="event_reminder",
        title=_("Reminder before an event"),
        topic=Topic.REMINDERS,
        placeholders={
            **EVENT,
            **NAME,
            "doors": "19:30",
            "tickets": "General (Ada); General (Bob)",
            "link": PAGE["link"],
        },
        optional=frozenset({"name", "doors"}),
        is_secret=True,
        expires_after=timedelta(hours=20),
    ),
    MessageKind(
        name="organizer_message",
        title=_("A message of an organizer to who has booked"),
        topic=Topic.ORGANIZER_NEWS,
        placeholders={
            **EVENT,
            **NAME,
            "organizer": "Village choir",
            "subject": "What to bring",
            "words": "Please bring a lamp and come ten minutes early.",
            "link": PAGE["link"],
        },
        optional=frozenset(NAME),
        markdown="words",
        is_secret=True,
    ),
    MessageKind(
        name="booking_links",
        title=_("The links to one's bookings, once more"),
        topic=ALWAYS,
        placeholders={
            name: value
            for number in range(1, MOST_LINKS + 1)
            for name, value in (
                (f"booking_{number}", f"Summer night {number}, Friday 14 May 2027, 20:00"),
                (f"link_{number}", f"/bookings/K7Q2M9X{number % 10}/{TOKEN}"),
            )
        },
        optional=frozenset(
            f"{part}_{number}"
            for number in range(2, MOST_LINKS + 1)
            for part in ("booking", "link")
        ),
        is_secret=True,
        expires_after=timedelta(hours=12),
    ),
]
