"""Which tickets somebody gives up."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Ticket


class GiveUpForm(forms.Form):
    tickets = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which tickets?"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please choose at least one ticket.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Would you like to say why?"),
        help_text=gettext_lazy("The organizer reads it."),
        required=False,
        max_length=300,
    )

    def __init__(self, tickets: Sequence[Ticket], data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False, auto_id="id-%s")
        field = self.fields["tickets"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(one.pk), label_of(one)) for one in tickets]
        if len(tickets) == 1:
            field.initial = [str(tickets[0].pk)]


def label_of(ticket: Ticket) -> str:
    """`Standing · K7Q2M9XA-1 · Ada Attendee`"""
    name = ticket.attendee_name or _("no name yet")
    return f"{ticket.line.name} · {ticket.serial} · {name}"
