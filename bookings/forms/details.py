"""Who books, who comes, and what they answer: the second screen, and the names later."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.domain.answers import is_chosen
from bookings.domain.wishes import Attendee, Buyer
from bookings.enums import TicketStatus
from bookings.forms.addresses import likely_address
from bookings.forms.questions import FileInput, field_for, only_of
from bookings.models import AnswerFile, Booking, Ticket
from bookings.queries.questions import Asked
from bookings.rules import LONGEST_NAME
from events.enums import QuestionKind
from ticketing.core.errors import DomainError


@dataclass(frozen=True)
class TicketFields:
    """What is asked of one ticket."""

    ticket: Ticket
    name: BoundField
    answers: list[BoundField]


class NamesForm(forms.Form):
    """Who comes with each ticket, and the answers; of a booking that is held or certain."""

    refused: Mapping[str, str] = {}
    """Why files that were sent with it are not taken, by field."""

    def __init__(
        self, booking: Booking, questions: Sequence[Asked], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, use_required_attribute=False, **kwargs)
        self.booking, self.questions = booking, questions
        self.tickets = [one for one in booking.tickets.all() if one.status != TicketStatus.VOID]
        self.asked: dict[str, Asked] = {}
        self.files_sent = files_of(booking, questions)
        for one in questions:
            if one.is_of_order:
                self.ask(one, f"answers.{one.question.pk}", booking.answers)
        for ticket in self.tickets:
            self.fields[name_field(ticket)] = a_name(ticket)
            for one in questions:
                if one.is_for(ticket.ticket_type_id):
                    self.ask(one, f"{of(ticket)}.answers.{one.question.pk}", ticket.answers)

    def ask(self, one: Asked, name: str, answers: Mapping[str, Any]) -> None:
        field = field_for(one, name=name)
        field.initial = answers.get(str(one.question.pk))
        if isinstance(field.widget, FileInput):
            field.widget.names = self.files_sent
            field.validators.append(only_of(self.files_sent))
        before = one.question.shown_if_id
        if before is not None:
            field.widget.attrs |= {"data-if": one.question.shown_if_answer}
        self.fields[name] = field
        self.asked[name] = one

    # --- what templates show -----------------------------------------------------------------

    @property
    def booking_fields(self) -> list[BoundField]:
        return [self.shown(name) for name in self.asked if name.startswith("answers.")]

    @property
    def ticket_fields(self) -> Iterator[TicketFields]:
        for ticket in self.tickets:
            own = [name for name in self.asked if name.startswith(f"{of(ticket)}.answers.")]
            answers = [self.shown(name) for name in own]
            yield TicketFields(ticket, self[name_field(ticket)], answers)

    def shown(self, name: str) -> BoundField:
        """With what it hangs on: the field before, the answer, and both in words."""
        field, one = self[name], self.asked[name]
        # Checked already, by what the other answers are; here it says what stands beside the label.
        field.field.required = one.question.is_required
        before = self.before(name)
        if before is not None:
            answer = one.question.shown_if_answer
            words = {"yes": _("Yes"), "no": _("No"), **dict(self.asked[before].options)}
            field.after = before  # type: ignore[attr-defined] # for templates
            field.if_answer = answer  # type: ignore[attr-defined] # for templates
            field.condition = _("Only if you answered “%(answer)s” to “%(question)s”.") % {  # type: ignore[attr-defined] # for templates
                "answer": words.get(answer, answer),
                "question": self.asked[before].label,
            }
        return field

    def before(self, name: str) -> str | None:
        """The field of the question that this one follows: the same ticket's, else the order's."""
        key = self.asked[name].question.shown_if_id
        own = f"{name.rpartition('.')[0]}.{key}"
        return next((one for one in (own, f"answers.{key}") if one in self.asked), None)

    @property
    def file_names(self) -> list[str]:
        """The fields that take a file."""
        return [one for one in self.asked if isinstance(self.fields[one].widget, FileInput)]

    # --- what is sent ------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        for name, words in self.refused.items():
            self.add_error(name, words)
        for name, one in self.asked.items():
            if name in self.errors:
                continue
            if not self.is_asked(name):
                self.cleaned_data[name] = ""
            elif one.question.is_required and not self.cleaned_data.get(name):
                self.add_error(name, _("Please answer this question."))
        return self.cleaned_data

    def is_asked(self, name: str) -> bool:
        before = self.before(name)
        if before is None:
            return True
        answer = self.cleaned_data.get(before)
        return self.is_asked(before) and is_chosen(
            answer, self.asked[name].question.shown_if_answer
        )

    @property
    def answers(self) -> dict[str, Any]:
        """To the questions of the booking; an answer that is not asked for any more is taken back."""
        return self.answers_below("answers.")

    @property
    def attendees(self) -> dict[UUID, Attendee]:
        return {
            ticket.pk: Attendee(
                name=self.cleaned_data[name_field(ticket)],
                email=ticket.attendee_email,
                answers=self.answers_below(f"{of(ticket)}.answers."),
            )
            for ticket in self.tickets
        }

    def answers_below(self, prefix: str) -> dict[str, Any]:
        return {
            str(self.asked[name].question.pk): self.cleaned_data[name]
            for name in self.asked
            if name.startswith(prefix)
        }

    def add_fact(self, error: DomainError) -> None:
        """A domain error at the field it is about."""
        field = FIELDS_OF.get(error.field or "", error.field)
        self.add_error(field if field in self.fields else None, str(error))


def files_of(booking: Booking, questions: Sequence[Asked]) -> dict[str, str]:
    """What was sent with the booking, by id; asked only where a question wants a file."""
    if all(one.question.kind != QuestionKind.FILE for one in questions):
        return {}
    rows = AnswerFile.objects.filter(booking=booking).values_list("file", "file__filename")
    return {str(file): name for file, name in rows}


FIELDS_OF = {"buyer.email": "email", "terms_accepted": "terms"}


class DetailsForm(NamesForm):
    """All of the second screen. Whoever is signed in finds their name and address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Your tickets go there. No account is needed."),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    is_coming = forms.BooleanField(required=False, initial=True)
    terms = forms.BooleanField(label=gettext_lazy("I accept the terms of the organizer"))

    def __init__(
        self, booking: Booking, questions: Sequence[Asked], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(booking, questions, data, **kwargs)
        self.fields["is_coming"].label = (
            _("I am coming myself: put my name on the ticket")
            if len(self.tickets) == 1
            else _("I am coming myself: put my name on the first ticket")
        )
        if not booking.event.asks_to_accept_terms:
            del self.fields["terms"]

    @property
    def attendees(self) -> dict[UUID, Attendee]:
        attendees = super().attendees
        if self.cleaned_data["is_coming"] and self.tickets:
            first = attendees[self.tickets[0].pk]
            if not first.name:
                attendees[self.tickets[0].pk] = Attendee(
                    name=self.cleaned_data["name"], email=first.email, answers=first.answers
                )
        return attendees

    @property
    def buyer(self) -> Buyer:
        return Buyer(email=self.cleaned_data["email"], name=self.cleaned_data["name"])

    @property
    def likely_address(self) -> str:
        """What to ask about before the tickets go somewhere: once for each address."""
        email = self.cleaned_data.get("email", "")
        return "" if email == self.data.get("email_asked") else likely_address(email)


def of(ticket: Ticket) -> str:
    return f"tickets.{ticket.number}"


def name_field(ticket: Ticket) -> str:
    return f"{of(ticket)}.name"


def a_name(ticket: Ticket) -> forms.Field:
    return forms.CharField(
        label=_("Name on ticket %(number)s") % {"number": ticket.number},
        required=False,
        initial=ticket.attendee_name,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
