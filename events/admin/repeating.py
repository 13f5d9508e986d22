"""A rule of dates out of simple choices, or as calendars write it."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from events.admin.on_page import set_on_page
from events.domain.copies import dates_of
from events.models import Event
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

FREQUENCIES = [
    ("WEEKLY", _("Weekly")),
    ("DAILY", _("Daily")),
    ("MONTHLY", _("Monthly, on the same day of the month")),
]
DAYS = [
    ("MO", _("Monday")), ("TU", _("Tuesday")), ("WE", _("Wednesday")), ("TH", _("Thursday")),
    ("FR", _("Friday")), ("SA", _("Saturday")), ("SU", _("Sunday")),
]  # fmt: skip


class SeriesForm(forms.Form):
    title = forms.CharField(
        label=_("title of the series"),
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Empty for that of the event."),
    )
    frequency = forms.ChoiceField(
        label=_("how often"), choices=FREQUENCIES, widget=UnfoldAdminSelectWidget()
    )
    interval = forms.IntegerField(
        label=pgettext_lazy("repeating", "every"),
        initial=1,
        min_value=1,
        max_value=52,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("1: every week, 2: every other week, and so on."),
    )
    days = forms.MultipleChoiceField(
        label=_("on"),
        choices=DAYS,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("For weekly ones; none chosen means the day of the first date."),
    )
    until = forms.DateField(
        label=pgettext_lazy("repeating", "until"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=_("The last possible day, itself included."),
    )
    count = forms.IntegerField(
        label=_("or so many dates"),
        required=False,
        min_value=2,
        max_value=366,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    rrule = forms.CharField(
        label=_("or as a rule"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("As calendars write it (RFC 5545); takes the place of the choices above."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        set_on_page(self.fields, currency=event.currency)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.cleaned_data
        if self.errors:
            return facts
        if not facts["rrule"]:
            if not (facts["until"] or facts["count"]):
                self.add_error("until", _("Please say until when, or how many dates."))
                return facts
            facts["rrule"] = rule_of(facts)
        assert self.event.starts_at is not None
        try:
            dates_of(facts["rrule"], self.event.starts_at, self.event.zone)
        except DomainError as error:
            add_to_form(self, error)
        return facts


def rule_of(facts: dict[str, Any]) -> str:
    parts = [f"FREQ={facts['frequency']}"]
    if facts["interval"] > 1:
        parts.append(f"INTERVAL={facts['interval']}")
    if facts["frequency"] == "WEEKLY" and facts["days"]:
        parts.append(f"BYDAY={','.join(facts['days'])}")
    if facts["until"]:
        parts.append(f"UNTIL={end_of(facts['until']):%Y%m%dT%H%M%S}")
    elif facts["count"]:
        parts.append(f"COUNT={facts['count']}")
    return ";".join(parts)


def end_of(day: date) -> datetime:
    """Of the clock where the event is, as the dates of a series are."""
    return datetime.combine(day, time(23, 59, 59))
