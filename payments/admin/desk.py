"""Money that the team takes and gives back itself: a deed of a booking, and one of a refund."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget

from accounts.models import User
from accounts.permissions import Permission
from bookings.admin.asking import Deed, DeedForm
from bookings.models import Booking
from payments.admin.asking import shown, text_field
from payments.domain.desk import can_be_paid_at_desk, hand_over, is_to_hand_over, take_at_desk
from payments.enums import DeskWay
from payments.models import Refund
from payments.models.desk import LONGEST_NOTE
from ticketing.core.money import Money


class WayForm(DeedForm):
    way = forms.ChoiceField(
        label=gettext_lazy("How"), choices=DeskWay, widget=UnfoldAdminRadioSelectWidget()
    )
    note = text_field(
        gettext_lazy("Note"),
        most=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy("The number of a receipt, the day of a transfer. For your team."),
    )


def take(booking: Booking, facts: dict[str, Any], by: User, now: datetime) -> None:
    take_at_desk(booking, DeskWay(facts["way"]), note=facts["note"], by=by, now=now)


def give(refund: Refund, facts: dict[str, Any], by: User, now: datetime) -> None:
    hand_over(refund, DeskWay(facts["way"]), note=facts["note"], by=by, now=now)


def words_of_taking(booking: Booking) -> list[str]:
    owed = shown(Money(booking.total, booking.currency))
    return [
        _("Enter it once you have all of it: %(owed)s.") % {"owed": owed},
        _("The booking is confirmed, and the buyer gets the tickets and the invoice."),
        _(
            "The money is yours already. Of it you owe the platform its fee, as your statement says."
        ),
        _("It cannot be taken back. Who made a mistake cancels the booking, or gives money back."),
    ]


def words_of_giving(refund: Refund) -> list[str]:
    return [
        _("Enter it once the buyer has it: %(amount)s.") % {"amount": shown(refund.money)},
        _("The buyer is told by mail, and gets a credit note."),
    ]


TAKE = Deed(
    name="paid-at-desk",
    title=gettext_lazy("Paid to you"),
    icon="point_of_sale",
    button=gettext_lazy("It was paid to us"),
    act=take,
    done=gettext_lazy("It is paid, and confirmed."),
    words=words_of_taking,
    is_for=can_be_paid_at_desk,
    form=WayForm,
    needs=Permission.TAKE_MONEY,
    is_atomic=False,
)
HAND_OVER = Deed(
    name="hand-over",
    title=gettext_lazy("Given back by you"),
    icon="payments",
    button=gettext_lazy("We gave it back"),
    act=give,
    done=gettext_lazy("is given back."),
    words=words_of_giving,
    is_for=is_to_hand_over,
    form=WayForm,
)
