"""What a team does with a booking or a ticket: each deed with its words, its form and its use case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.models import User
from bookings.admin.asking import Deed, DeedForm, always, said
from bookings.admin.listing import named, price_in_words
from bookings.domain import office
from bookings.domain.exchanging import move_booking, swap_tickets
from bookings.domain.mails import valid
from bookings.enums import HAVING, TicketStatus
from bookings.models import Booking, Ticket
from bookings.rules import LONGEST_NAME
from events.enums import EventStatus
from events.models import TicketType
from ticketing.core.errors import InvalidInput
from ticketing.core.slots import Slot

MOST_CHOICES = 500


class OneEventAlone(InvalidInput):
    code = "one_event_alone"
    message = gettext_lazy("Please choose tickets of one event for all.")


def text_field(label: Any, *, most: int = LONGEST_NAME, **facts: Any) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, max_length=most, widget=widget, **facts)


def email_field(label: Any, **facts: Any) -> forms.EmailField:
    return forms.EmailField(label=label, widget=UnfoldAdminEmailInputWidget(), **facts)


def tickets_field(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=UnfoldAdminCheckboxSelectMultipleWidget())


def choices_of(tickets: Iterable[Ticket]) -> list[tuple[str, str]]:
    return [(str(one.pk), in_words(one)) for one in tickets]


def in_words(ticket: Ticket) -> str:
    parts = [ticket.serial, ticket.line.name, ticket.attendee_name]
    return " · ".join(part for part in parts if part)


class SomeTicketsForm(DeedForm):
    tickets = tickets_field(gettext_lazy("Tickets"))

    def prepare(self) -> None:
        shown = [one for one in self.row.tickets.all() if one.status != TicketStatus.VOID]
        field: Any = self.fields["tickets"]
        field.choices = choices_of(shown)
        field.initial = [str(one.pk) for one in shown]


class CancelForm(SomeTicketsForm):
    reason = text_field(
        gettext_lazy("Reason"),
        most=300,
        required=False,
        help_text=gettext_lazy("Stands in the mail if the whole booking is cancelled."),
    )


class NoteForm(DeedForm):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=office.LONGEST_NOTE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
    )

    def prepare(self) -> None:
        self.fields["note"].initial = self.row.note


class BuyerForm(DeedForm):
    email = email_field(gettext_lazy("E-mail address"), required=False)
    name = text_field(gettext_lazy("Name"), required=False)
    phone = text_field(gettext_lazy("Telephone number"), most=40, required=False)

    def prepare(self) -> None:
        for field, name in (
            ("email", "buyer_email"), ("name", "buyer_name"), ("phone", "buyer_phone"),
        ):  # fmt: skip
            self.fields[field].initial = getattr(self.row, name)


class RenameForm(DeedForm):
    name = text_field(gettext_lazy("Name"), required=False)
    email = email_field(
        gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("If there is one, the ticket is sent there."),
    )

    def prepare(self) -> None:
        self.fields["name"].initial = self.row.attendee_name
        self.fields["email"].initial = self.row.attendee_email


class ExchangeForm(SomeTicketsForm):
    is_waived = forms.BooleanField(
        label=gettext_lazy("Give dearer tickets without charging the difference"),
        required=False,
        widget=UnfoldBooleanWidget(),
    )

    def prepare(self) -> None:
        super().prepare()
        if not self.row.total:
            del self.fields["is_waived"]


class SwapForm(ExchangeForm):
    ticket_type = forms.ChoiceField(label=gettext_lazy("Become"), widget=UnfoldAdminSelectWidget())

    def prepare(self) -> None:
        super().prepare()
        types = TicketType.objects.filter(event=self.row.event_id, withdrawn_at=None)
        field: Any = self.fields["ticket_type"]
        field.choices = [(str(one.pk), priced(one)) for one in types.select_related("event")]


class MoveForm(ExchangeForm):
    """For each type of the booking one of another event's; all of the same event."""

    def prepare(self) -> None:
        super().prepare()
        choices = types_elsewhere(self.row)
        mine = {one.ticket_type_id: one.line.name for one in valid(self.row)}
        for key, name in mine.items():
            self.fields[f"type_{key}"] = forms.ChoiceField(
                label=_("“%(name)s” becomes") % {"name": name},
                choices=[("", _("Please choose")), *choices],
                widget=UnfoldAdminSelect2Widget(),
            )

    @property
    def chosen(self) -> dict[UUID, UUID]:
        return {
            UUID(name.removeprefix("type_")): UUID(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("type_")
        }


def types_elsewhere(booking: Booking) -> list[tuple[str, list[tuple[str, str]]]]:
    """Grouped by event: the other dates of the series first, then what is next."""
    types = TicketType.objects.filter(
        event__organizer=booking.organizer_id,
        event__status__in=[EventStatus.PUBLISHED, EventStatus.UNPUBLISHED],
        withdrawn_at=None,
    ).exclude(event=booking.event_id)
    rows = types.select_related("event").order_by("event__starts_at", "event", "position")
    groups: dict[Any, list[tuple[str, str]]] = {}
    events = {}
    for one in rows[:MOST_CHOICES]:
        events[one.event_id] = one.event
        groups.setdefault(one.event_id, []).append((str(one.pk), priced(one)))
    series = booking.event.series_id
    order = sorted(groups, key=lambda key: series is None or events[key].series_id != series)
    return [(named(events[key]), groups[key]) for key in order]


def priced(ticket_type: TicketType) -> str:
    price = price_in_words(ticket_type.price, ticket_type.event.currency)
    return f"{ticket_type.name} · {price if ticket_type.price else _('free')}"


# --- What they do ----------------------------------------------------------------------------


def cancel(booking: Booking, facts: dict[str, Any], by: User, now: datetime) -> None:
    chosen = [UUID(one) for one in facts["tickets"]]
    office.cancel_for_guest(booking, tickets=chosen, reason=facts["reason"], by=by, now=now)


def send(booking: Booking, _facts: dict[str, Any], by: User, now: datetime) -> None:
    office.send_again(booking, by=by, now=now)


def write_note(booking: Booking, facts: dict[str, Any], by: User, now: datetime) -> None:
    office.write_note(booking, facts["note"], by=by, now=now)


def correct(booking: Booking, facts: dict[str, Any], by: User, now: datetime) -> None:
    office.correct_buyer(booking, **facts, by=by, now=now)


def swap(booking: Booking, facts: dict[str, Any], by: User, now: datetime) -> None:
    to = TicketType.objects.select_related("event", "pool").get(pk=facts["ticket_type"])
    chosen, is_waived = [UUID(one) for one in facts["tickets"]], facts.get("is_waived", False)
    swap_tickets(booking, chosen, to, is_waived=is_waived, by=by, now=now)


def move(booking: Booking, facts: dict[str, Any], by: User, now: datetime) -> Booking:
    wanted = {
        UUID(name.removeprefix("type_")): UUID(value)
        for name, value in facts.items()
        if name.startswith("type_")
    }
    rows = TicketType.objects.select_related("event", "pool").in_bulk(list(wanted.values()))
    if len({one.event_id for one in rows.values()}) != 1:
        raise OneEventAlone
    types = {old: rows[new] for old, new in wanted.items()}
    to = next(iter(rows.values())).event
    chosen = [UUID(one) for one in facts["tickets"]]
    is_waived = facts.get("is_waived", False)
    return move_booking(booking, to, types, tickets=chosen, is_waived=is_waived, by=by, now=now)


def reissue(ticket: Ticket, _facts: dict[str, Any], by: User, now: datetime) -> None:
    office.reissue_for_guest(ticket, by=by, now=now)


def rename(ticket: Ticket, facts: dict[str, Any], by: User, now: datetime) -> None:
    office.rename_attendee(ticket, **facts, by=by, now=now)


# --- What they say before --------------------------------------------------------------------


def words_of_cancelling(booking: Booking) -> list[str]:
    count = sum(one.status != TicketStatus.VOID for one in booking.tickets.all())
    text = ngettext("The booking has %(n)d ticket.", "The booking has %(n)d tickets.", count) % {
        "n": count
    }
    paid = _("What was paid is given back by the policy of the event.")
    return [
        f"{text} {_('All of them are chosen: take out those that stay.')}",
        _("Their places are free at once, and their codes open nothing any more."),
        *([paid] if booking.total else []),
        _("The buyer, and who comes along with an address, is told by mail."),
        _("This cannot be undone."),
    ]


def is_open(booking: Booking) -> bool:
    return booking.status in HAVING


def is_sure(booking: Booking) -> bool:
    return booking.is_confirmed


def has_an_address(booking: Booking) -> bool:
    return booking.is_confirmed and bool(booking.buyer_email)


def is_valid(ticket: Ticket) -> bool:
    return ticket.is_valid


NEW_CODES = gettext_lazy("The tickets get new codes; the former are worthless at once.")


def words_of_swapping(booking: Booking) -> list[str]:
    paid = _(
        "Where the new tickets cost less today, what was paid more goes back. Where they cost more,"
        " nobody can be asked for the difference here."
    )
    return [str(NEW_CODES), *([paid] if booking.total else [])]


def words_of_moving(booking: Booking) -> list[str]:
    places = _("The new places are taken before the old ones are free again.")
    return [places, *words_of_swapping(booking)]


# What apps to the right can do with one.
further_deeds: Slot[Deed] = Slot()
OF_A_BOOKING = (
    Deed(
        "send",
        gettext_lazy("Send again"),
        "forward_to_inbox",
        gettext_lazy("Send the tickets"),
        send,
        gettext_lazy("The tickets are sent once more."),
        said(gettext_lazy("The buyer gets the confirmation with tickets and links once more.")),
        has_an_address,
    ),
    Deed(
        "note",
        gettext_lazy("Note"),
        "sticky_note_2",
        gettext_lazy("Keep this note"),
        write_note,
        gettext_lazy("The note is kept."),
        said(gettext_lazy("For your team alone: the buyer never sees it.")),
        always,
        NoteForm,
    ),
    Deed(
        "buyer",
        gettext_lazy("Correct the buyer"),
        "edit",
        gettext_lazy("Correct it"),
        correct,
        gettext_lazy("It is corrected."),
        said(
            gettext_lazy(
                "With another address the links that went to the former one open nothing any more,"
                " the tickets get new codes, and the confirmation is sent to the new address."
            )
        ),
        is_open,
        BuyerForm,
    ),
    Deed(
        "move",
        gettext_lazy("Move to another event"),
        "event_repeat",
        gettext_lazy("Move the tickets"),
        move,
        gettext_lazy("The tickets are moved."),
        words_of_moving,
        is_sure,
        MoveForm,
    ),
    Deed(
        "swap",
        gettext_lazy("Swap ticket type"),
        "swap_horiz",
        gettext_lazy("Swap the tickets"),
        swap,
        gettext_lazy("The tickets are swapped."),
        words_of_swapping,
        is_sure,
        SwapForm,
    ),
    Deed(
        "cancel",
        gettext_lazy("Cancel"),
        "event_busy",
        gettext_lazy("Cancel these tickets"),
        cancel,
        gettext_lazy("The tickets are cancelled."),
        words_of_cancelling,
        is_open,
        CancelForm,
        is_dangerous=True,
    ),
)
OF_A_TICKET = (
    Deed(
        "rename",
        gettext_lazy("Change who comes"),
        "edit",
        gettext_lazy("Change it"),
        rename,
        gettext_lazy("It is changed."),
        said(gettext_lazy("The code stays the same.")),
        lambda ticket: ticket.status != TicketStatus.VOID,
        RenameForm,
    ),
    Deed(
        "reissue",
        gettext_lazy("New code"),
        "qr_code_2",
        gettext_lazy("Give it a new code"),
        reissue,
        gettext_lazy("It has a new code, and the former opens nothing."),
        said(
            gettext_lazy("Whoever has the ticket now stays outside with it."),
            gettext_lazy("The new one is sent to whom the ticket is for, else to the buyer."),
        ),
        is_valid,
    ),
)
