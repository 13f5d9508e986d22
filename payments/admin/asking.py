"""What the pages about money share: whose they are, and deeds that ask gateways."""

from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.permissions import Permission
from bookings.admin.asking import Act, Deed, DeedAdmin, said
from bookings.admin.listing import LongList
from events.showing.moments import locale_of
from ticketing.core.money import Money


def shown(money: Money) -> str:
    return money.format(locale_of(get_language() or "en"))


def text_field(label: Any, *, most: int = 300, **facts: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=UnfoldAdminTextInputWidget(), **facts
    )


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def once_field() -> forms.UUIDField:
    """The same in a form that is sent twice: what it asks for is then one thing."""
    return forms.UUIDField(label="", initial=uuid4, widget=forms.HiddenInput())


def asking_the_gateway(
    act: Act, words: Any, is_for: Callable[[Any], bool], *, name: str = "settle"
) -> Deed:
    return Deed(
        name=name,
        title=_("Ask the gateway now"),
        icon="sync",
        button=_("Ask now"),
        act=act,
        done=_("is as the gateway says."),
        words=said(words),
        is_for=is_for,
        is_atomic=False,
    )


def confirming_with_places(act: Act, is_for: Callable[[Any], bool]) -> Deed:
    return Deed(
        name="seat",
        title=_("Confirm with places"),
        icon="event_seat",
        button=_("Confirm"),
        act=act,
        done=_("has its places."),
        words=said(
            _("The booking is confirmed with the places it holds, or with others."),
            _("The buyer gets the tickets by mail."),
        ),
        is_for=is_for,
    )


class MoneyRows(DeedAdmin, LongList):
    """Only to look at, by who may see money; what is done is done by who may give it back."""

    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND

    def clock_of(self, row: Any) -> tzinfo:
        """Money is of one event or of none."""
        return timezone.get_current_timezone()


class StaffRows(LongList):
    """For the platform's staff alone."""

    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND

    def has_module_permission(self, request: HttpRequest) -> bool:
        return person_of(request).is_staff

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person_of(request).is_staff

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super(TeamScopedAdmin, self).get_queryset(request)
        return rows if person_of(request).is_staff else rows.none()
