"""An event as its page shows it: everything that the templates ask for, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.domain.prices import Discount
from events.enums import BUYABLE, EventStatus, OfferState, Visibility
from events.media.queries import Picture, picture_of
from events.models import Event
from events.queries.pages import EventPage
from events.queries.words import best
from events.showing.look import digest_of
from events.showing.moments import When, moment_in_words
from events.showing.other_money import OtherMoney
from events.showing.places import address_lines, map_address, place_in_words
from events.showing.tickets import ShownTicket, shown_tickets
from ticketing.core.markdown import render_markdown, render_plain
from ticketing.core.money import Money

LONGEST_SUMMARY = 200
# A title of so few letters is set as large as a poster's.
SHORT_TITLE = 22


@dataclass(frozen=True)
class Banner:
    """What everybody must know first."""

    kind: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class ShownEvent:
    page: EventPage
    language: str
    now: datetime
    discount: Discount | None = None
    is_preview: bool = False
    other: OtherMoney | None = None
    """In which currency prices are said as well."""
    tickets: Sequence[ShownTicket] = field(init=False)

    def __post_init__(self) -> None:
        tickets = shown_tickets(
            self.page,
            language=self.language,
            now=self.now,
            discount=self.discount,
            other=self.other,
        )
        object.__setattr__(self, "tickets", tickets)

    @property
    def event(self) -> Event:
        return self.page.event

    @property
    def title(self) -> str:
        return self.page.title

    @property
    def has_short_title(self) -> bool:
        return len(self.title) <= SHORT_TITLE

    @cached_property
    def summary(self) -> str:
        """What search engines and messengers show below the title."""
        if self.page.summary:
            return self.page.summary
        plain = " ".join(render_plain(self.page.description).split())
        return Truncator(plain).chars(LONGEST_SUMMARY)

    @cached_property
    def said_in(self) -> str:
        """The language of the event's own texts, where it is not the page's."""
        text = best(getattr(self.event, "said", None), self.language)
        language = str(text.get("language") or self.event.language)
        return "" if language == self.language else language

    # --- when ----------------------------------------------------------------------------

    @cached_property
    def when(self) -> When | None:
        event = self.event
        if event.starts_at is None or event.awaits_new_date:
            return None
        return When(event.starts_at, event.ends_at, event.zone, self.language)

    @property
    def doors(self) -> When | None:
        opens_at = self.event.doors_open_at
        if opens_at is None or self.when is None:
            return None
        return When(opens_at, None, self.event.zone, self.language)

    @property
    def is_over(self) -> bool:
        event = self.event
        has_ended = event.ends_at is not None and event.ends_at <= self.now
        return event.status == EventStatus.FINISHED or (has_ended and not event.awaits_new_date)

    @property
    def is_cancelled(self) -> bool:
        return self.event.cancelled_at is not None

    @property
    def is_to_come(self) -> bool:
        return not (self.is_over or self.is_cancelled)

    # --- where ---------------------------------------------------------------------------

    @property
    def place(self) -> str:
        return place_in_words(self.event)

    @property
    def address(self) -> list[str]:
        venue = self.event.venue
        return address_lines(venue, self.language) if venue else []

    @property
    def map_address(self) -> str:
        return map_address(self.event.venue) if self.event.venue else ""

    @property
    def directions_html(self) -> SafeString:
        venue = self.event.venue
        return render_markdown(venue.directions if venue else "")

    # --- what it costs -------------------------------------------------------------------

    @cached_property
    def open_tickets(self) -> list[ShownTicket]:
        return [ticket for ticket in self.tickets if ticket.is_open]

    @property
    def has_one_choice(self) -> bool:
        return len(self.open_tickets) == 1

    @cached_property
    def price_from(self) -> Money | None:
        """The lowest price of what can be had, else of what there is."""
        offered = self.open_tickets or self.tickets
        return min((one.lowest or one.price for one in offered), default=None)

    @property
    def has_several_prices(self) -> bool:
        return len({one.lowest or one.price for one in self.open_tickets or self.tickets}) > 1

    @property
    def has_prices(self) -> bool:
        return any(one.price for one in self.tickets)

    @cached_property
    def state(self) -> OfferState | None:
        """Of all tickets together."""
        states = [ticket.state for ticket in self.tickets]
        order = [OfferState.ON_SALE, OfferState.FEW_LEFT, OfferState.NOT_YET, OfferState.PAUSED, OfferState.ALL_HELD,
                 OfferState.SOLD_OUT, OfferState.ENDED]  # fmt: skip
        return next((one for one in order if one in states), None)

    @property
    def is_on_sale(self) -> bool:
        return self.state in BUYABLE

    # --- what everybody must know --------------------------------------------------------

    @cached_property
    def banners(self) -> list[Banner]:
        event = self.event
        if self.is_cancelled:
            refunds = _("Who has a ticket gets the money back.")
            return [
                Banner("error", _("Cancelled"), " ".join(filter(None, [event.notice, refunds])))
            ]
        if self.is_over:
            return [Banner("info", _("This is over"), _("It was nice that you were interested."))]
        banners = []
        if event.postponed_at is not None:
            banners.append(self.postponed())
        elif event.notice:
            banners.append(Banner("info", _("From the organizer"), event.notice))
        if event.sales_paused_at is not None and not event.awaits_new_date:
            banners.append(
                Banner("warning", _("Ticket sales are paused"), _("Please look in again later."))
            )
        return banners

    def postponed(self) -> Banner:
        event = self.event
        old = moment_in_words(event.postponed_from_at, event.zone, self.language) if (
            event.postponed_from_at
        ) else ""  # fmt: skip
        if event.awaits_new_date or self.when is None:
            title = _("Postponed")
            text = _("It was to be on %(old)s. The new date is not known yet; tickets stay valid.")
        else:
            title = _("Moved to %(new)s") % {"new": f"{self.when.day}"}
            text = _("It was to be on %(old)s. Tickets stay valid.")
        return Banner("warning", title, " ".join(filter(None, [text % {"old": old}, event.notice])))

    @property
    def refunds(self) -> str:
        """The refund policy, in words."""
        event = self.event
        days = event.refund_until_days
        if days is None:
            return _("Tickets are refunded if the event is cancelled or postponed.")
        if event.starts_at is None or event.awaits_new_date:
            until = ngettext(
                "You can return tickets until %(days)d day before.",
                "You can return tickets until %(days)d days before.",
                days,
            ) % {"days": days}
        else:
            last = event.starts_at - timedelta(days=days)
            moment = moment_in_words(last, event.zone, self.language)
            until = _("You can return tickets until %(moment)s.") % {"moment": moment}
        if not event.refund_fee_percent:
            return until
        percent = f"{event.refund_fee_percent.normalize():f}"
        kept = _("The organizer keeps %(percent)s %% of the price.") % {"percent": percent}
        return f"{until} {kept}"

    @cached_property
    def cover(self) -> Picture | None:
        return picture_of(self.event.cover)

    # --- addresses -----------------------------------------------------------------------

    @property
    def path(self) -> str:
        return reverse("event", args=[self.event.slug])

    @property
    def url(self) -> str:
        """For somebody outside: from the site's own name, never from a Host header."""
        return f"{settings.SITE_URL}{self.path}"

    @property
    def look(self) -> str:
        accent = self.event.accent
        return reverse("event-look", args=[accent[1:], digest_of(accent)]) if accent else ""

    @property
    def is_listed(self) -> bool:
        """Whether search engines may show it."""
        return self.event.visibility == Visibility.PUBLIC and not self.is_preview

    @property
    def is_private(self) -> bool:
        return self.event.visibility == Visibility.PRIVATE
