"""What can be done with an event beside changing what is said of it. Each asks first, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.models import User
from events.admin.counts import places_taken
from events.admin.fields import MomentField
from events.admin.on_page import set_on_page
from events.admin.repeating import SeriesForm
from events.domain.copies import create_series, duplicate_event
from events.domain.events import delete_draft
from events.domain.lifecycle import (
    archive_event,
    cancel_event,
    pause_sales,
    postpone,
    publish_event,
    resume_sales,
    unpublish_event,
)
from events.enums import EventStatus as S
from events.models import Event

SELLING = {S.PUBLISHED, S.UNPUBLISHED}


class DeedForm(forms.Form):
    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        set_on_page(self.fields, currency=event.currency)


class DuplicateForm(DeedForm):
    starts_at = MomentField(
        label=_("begins"),
        required=False,
        help_text=_("Everything with a time moves along. Empty: the copy has no date yet."),
    )
    title = forms.CharField(
        label=_("title"),
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Empty for the same."),
    )


class NoticeForm(DeedForm):
    notice = forms.CharField(
        label=_("notice"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("In your words, for those who come. It stands on the event's page too."),
    )


class PostponeForm(NoticeForm):
    starts_at = MomentField(
        label=_("new date"),
        required=False,
        help_text=_("Empty if nobody knows yet: nothing is sold until you give it a date."),
    )
    ends_at = MomentField(
        label=_("new end"), required=False, help_text=_("Empty: it lasts as long as before.")
    )
    field_order = ("starts_at", "ends_at", "notice")


class CancelForm(NoticeForm):
    is_sure = forms.BooleanField(
        label=_("Yes, this event will not take place"), widget=UnfoldBooleanWidget()
    )


Act = Callable[[Event, dict[str, Any], User, datetime], Event | None]


@dataclass(frozen=True)
class Deed:
    name: str
    title: Any
    icon: str
    button: Any
    act: Act
    done: Any
    statuses: frozenset[S]
    words: Callable[[Event], list[str]]
    form: type[Any] = DeedForm
    is_dangerous: bool = False
    fits: Callable[[Event], bool] = lambda _event: True

    def is_for(self, event: Event) -> bool:
        return event.status in self.statuses and self.fits(event)


def simply(function: Callable[..., Any]) -> Act:
    """A domain call that needs nothing but the event."""

    def act(event: Event, _facts: dict[str, Any], by: User, now: datetime) -> None:
        function(event, by=by, now=now)

    return act


def duplicate(event: Event, facts: dict[str, Any], by: User, now: datetime) -> Event:
    starts_at, title = facts["starts_at"], facts["title"]
    return duplicate_event(event, starts_at=starts_at, title=title, by=by, now=now)


def repeat(event: Event, facts: dict[str, Any], by: User, now: datetime) -> None:
    create_series(event, rrule=facts["rrule"], title=facts["title"], by=by, now=now)


def put_off(event: Event, facts: dict[str, Any], by: User, now: datetime) -> None:
    starts_at, ends_at = facts["starts_at"], facts["ends_at"]
    postpone(event, starts_at=starts_at, ends_at=ends_at, notice=facts["notice"], by=by, now=now)


def cancel(event: Event, facts: dict[str, Any], by: User, now: datetime) -> None:
    cancel_event(event, notice=facts["notice"], by=by, now=now)


def who_is_told(event: Event) -> str:
    taken = places_taken(event)
    text = ngettext(
        "%(n)d place is taken: who booked it is told by mail, with your notice.",
        "%(n)d places are taken: who booked them is told by mail, with your notice.",
        taken,
    )
    return text % {"n": taken} if taken else str(_("Nobody has booked yet, so nobody is told."))


def who_keeps(event: Event) -> str:
    taken = places_taken(event)
    text = ngettext(
        "%(n)d place is taken; its ticket stays valid.",
        "%(n)d places are taken; their tickets stay valid.",
        taken,
    )
    return text % {"n": taken} if taken else str(_("Nobody has booked yet."))


def words_of_cancelling(event: Event) -> list[str]:
    return [
        who_is_told(event),
        str(_("Tickets lose their validity, and who paid gets the money back.")),
        str(_("This cannot be undone. If there will be another date, postpone it instead.")),
    ]


DEEDS = (
    Deed(
        "publish",
        _("Publish"),
        "rocket_launch",
        _("Publish now"),
        simply(publish_event),
        _("It is published."),
        frozenset({S.DRAFT, S.UNPUBLISHED}),
        lambda event: [
            str(event.get_visibility_display()),
            str(_("Tickets are sold from the moment their sale begins.")),
        ],
    ),
    Deed(
        "duplicate",
        _("Duplicate"),
        "content_copy",
        _("Make a copy"),
        duplicate,
        _("This is the copy, a draft with nothing booked."),
        frozenset(S),
        lambda _event: [
            str(_("Texts, tickets, codes and questions are copied; bookings are not."))
        ],
        DuplicateForm,
    ),
    Deed(
        "series",
        _("Make a series"),
        "event_repeat",
        _("Make these dates"),
        repeat,
        _("The dates are made, as drafts."),
        frozenset({S.DRAFT, S.PUBLISHED, S.UNPUBLISHED}),
        lambda _event: [
            str(
                _(
                    "This event is the first date; each other one is a draft like it, to be changed alone."
                )
            )
        ],
        SeriesForm,
        fits=lambda event: event.starts_at is not None and event.series_id is None,
    ),
    Deed(
        "pause",
        _("Pause sales"),
        "pause_circle",
        _("Pause sales"),
        simply(pause_sales),
        _("Nothing is sold for now."),
        frozenset(SELLING),
        lambda event: [
            str(
                _(
                    "Nothing is sold until you resume. What somebody is paying for just now goes through."
                )
            ),
            who_keeps(event),
        ],
        fits=lambda event: event.sales_paused_at is None,
    ),
    Deed(
        "resume",
        _("Resume sales"),
        "play_circle",
        _("Sell again"),
        simply(resume_sales),
        _("Tickets are sold again."),
        frozenset(SELLING),
        lambda _event: [str(_("Tickets can be booked again at once."))],
        fits=lambda event: event.sales_paused_at is not None,
    ),
    Deed(
        "postpone",
        _("Postpone"),
        "update",
        _("Postpone the event"),
        put_off,
        _("It is postponed."),
        frozenset(SELLING),
        lambda event: [who_is_told(event), str(_("Tickets stay valid for the new date."))],
        PostponeForm,
    ),
    Deed(
        "unpublish",
        _("Take off the site"),
        "visibility_off",
        _("Take it off"),
        simply(unpublish_event),
        _("It is taken off the site."),
        frozenset({S.PUBLISHED}),
        lambda event: [str(_("Nobody finds or books it any more.")), who_keeps(event)],
    ),
    Deed(
        "cancel",
        _("Cancel the event"),
        "event_busy",
        _("Cancel the event"),
        cancel,
        _("It is cancelled."),
        frozenset(SELLING),
        words_of_cancelling,
        CancelForm,
        is_dangerous=True,
    ),
    Deed(
        "archive",
        _("Archive"),
        "archive",
        _("Archive it"),
        simply(archive_event),
        _("It is archived."),
        frozenset({S.CANCELLED, S.FINISHED}),
        lambda _event: [
            str(_("Its page is gone for the public; you find it here under Archived."))
        ],
    ),
    Deed(
        "delete-draft",
        _("Delete this draft"),
        "delete",
        _("Delete the draft"),
        simply(delete_draft),
        _("The draft is deleted."),
        frozenset({S.DRAFT}),
        lambda _event: [str(_("Nobody has seen it. Its tickets, codes and questions go with it."))],
        is_dangerous=True,
    ),
)
BY_NAME = {deed.name: deed for deed in DEEDS}
