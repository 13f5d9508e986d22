"""A booking in words: as mails, files and calendars say it, in the language of its reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.notifications.domain.messages import supported_language
from bookings.models import Booking, Ticket
from events.models import Event
from events.queries.words import best, languages_for
from events.showing.moments import When, locale_of, moment_in_words
from events.showing.places import address_lines, place_in_words
from ticketing.core.markdown import render_plain

# A value of a mail is one line, and is cut after 500 letters.
LONGEST_LIST = 400
LONGEST_TERMS = 500


@dataclass(frozen=True)
class SaidEvent:
    title: str
    when: str
    where: str
    address: str


def language_of(booking: Booking) -> str:
    return supported_language(booking.language)


def said(event: Event, language: str) -> SaidEvent:
    with translation.override(language):
        return SaidEvent(
            title=title_in(event, language),
            when=when_in_words(event, language),
            where=place_in_words(event),
            address=", ".join(address_lines(event.venue, language)) if event.venue else "",
        )


def title_in(event: Event, language: str) -> str:
    """As the organizer calls it in this language, else in the event's own."""
    wanted = languages_for(language)
    if event.language in wanted:
        return event.title
    texts = event.texts.filter(language__in=wanted).values("language", "title")
    return str(best(texts, language).get("title") or event.title)


def when_in_words(event: Event, language: str) -> str:
    """`Friday 14 May 2027, 20:00 – 22:30 (Central European Summer Time)`"""
    if event.starts_at is None or event.awaits_new_date:
        return _("The new date is not known yet")
    when = When(event.starts_at, event.ends_at, event.zone, language)
    return f"{when.day}, {when.hours} ({when.zone_name})"


def doors_in_words(event: Event, language: str) -> str:
    if event.doors_open_at is None or event.awaits_new_date:
        return ""
    when = When(event.doors_open_at, None, event.zone, language)
    return when.hours


def tickets_in_words(tickets: Sequence[Ticket]) -> str:
    """`General (Ada); General (Bob); VIP`, and how many more where that would be too long."""
    names: list[str] = []
    length = 0
    for ticket in tickets:
        name = ticket_in_words(ticket)
        length += len(name) + 2
        if names and length > LONGEST_LIST:
            left = len(tickets) - len(names)
            more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}
            return f"{'; '.join(names)}; {more}"
        names.append(name)
    return "; ".join(names)


def ticket_in_words(ticket: Ticket) -> str:
    kind, name = ticket.line.name, ticket.attendee_name
    return f"{kind} ({name})" if name else kind


def total_in_words(booking: Booking, language: str) -> str:
    """Empty for what costs nothing."""
    return "" if booking.costs_nothing else booking.money.format(locale_of(language))


def refunds_in_words(booking: Booking, language: str) -> str:
    """Until when tickets may be handed back, and what of the price comes back."""
    event = booking.event
    if booking.costs_nothing:
        return _("If you cannot come, please hand your places back: others will be glad of them.")
    if event.refund_until_days is None or event.starts_at is None:
        return _("What was paid is given back only if the event is cancelled or postponed.")
    last = event.starts_at - timedelta(days=event.refund_until_days)
    until = moment_in_words(last, event.zone, language)
    if kept := event.refund_fee_percent:
        words = _("Tickets can be handed back until %(until)s; %(kept)s %% of the price are kept.")
        return words % {"until": until, "kept": f"{kept.normalize():f}"}
    return _("Tickets can be handed back until %(until)s.") % {"until": until}


def terms_in_words(event: Event) -> str:
    return render_plain(event.terms).strip()[:LONGEST_TERMS] if event.terms else ""
