"""What is said of an event, in the order in which an organizer thinks of it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.scoped import person_of
from events.admin.fields import (
    ColourInput,
    MarkdownInput,
    countries,
    currencies,
    keep_known,
    languages,
    one_of,
    zones,
)
from events.admin.on_page import currency_on, set_on_page, venue_on, zone_on
from events.domain.events import CHANGEABLE, change_event, create_event
from events.models import Event
from ticketing.core.usecase_admin import PageForm


class EventForm(PageForm):
    timezone = one_of(
        lambda: zones(_("That of the venue")),
        label=_("time zone"),
        required=False,
        help_text=_("All times of this event are on this clock."),
    )
    currency = one_of(
        currencies, label=_("currency"), help_text=_("All prices of this event are in it.")
    )
    language = one_of(
        languages, label=_("language"), help_text=_("That of the texts on this page.")
    )
    tax_country = one_of(
        lambda: [("", _("The venue's country")), *countries()], label=_("taxed in"), required=False
    )
    access_code = forms.CharField(
        label=_("access code"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("For a private event, at least six characters; who has it gets in."),
    )

    class Meta:
        model = Event
        fields = "__all__"
        widgets = {
            "description": MarkdownInput(),
            "terms": MarkdownInput(attrs={"rows": 4}),
            "accent": ColourInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event = None if self.instance._state.adding else self.instance
        set_on_page(self.fields, currency=currency_on(self.request, event))
        if "description" in self.fields:
            self.fields["description"].help_text = ""  # its field says how to write
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if event is None:
            return
        for name in ("timezone", "currency", "language", "tax_country"):
            if isinstance(field := self.fields.get(name), forms.ChoiceField):
                keep_known(field, getattr(event, name))
        if event.access_digest and "access_code" in self.fields:
            self.fields["access_code"].help_text = _(
                "It has one; what you enter here takes its place."
            )

    def clean_timezone(self) -> str:
        """Nobody who chose a place should have to know the name of its zone."""
        known = self.instance if not self.instance._state.adding else None
        if chosen := self.cleaned_data["timezone"]:
            return str(chosen)
        if venue := venue_on(self.request):
            return venue.timezone
        return str(zone_on(self.request, known))

    def act(self, row: Event | None) -> Event:
        by, now = person_of(self.request), timezone.now()
        code = self.cleaned_data.get("access_code", "")
        if row is None:
            organizer = self.cleaned_data["organizer"]
            facts = {name: self.cleaned_data[name] for name in CHANGEABLE & set(self.cleaned_data)}
            return create_event(organizer, facts, access_code=code, by=by, now=now)
        change_event(row, self.changes(), access_code=code, by=by, now=now)
        return row
