"""What the pages about money share: whose they are, and deeds that ask gateways."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.permissions import Permission
from bookings.admin.asking import Deed, DeedAdmin
from bookings.admin.listing import LongList
from events.showing.moments import locale_of
from ticketing.core.errors import DomainError
from ticketing.core.money import Money
from ticketing.core.problems import add_to_form


def shown(money: Money) -> str:
    return money.format(locale_of(get_language() or "en"))


def text_field(label: Any, *, most: int = 300, **facts: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=UnfoldAdminTextInputWidget(), **facts
    )


def once_field() -> forms.UUIDField:
    """The same in a form that is sent twice: what it asks for is then one thing."""
    return forms.UUIDField(label="", initial=uuid4, widget=forms.HiddenInput())


class MoneyRows(DeedAdmin, LongList):
    """Only to look at, by who may see money; what is done is done by who may give it back."""

    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND

    def deed_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.may_act(request, row):
            raise PermissionDenied
        deed = next(one for one in self.deeds if one.name == name)
        form = deed.form(request.POST or None, row=row)
        is_sure = request.method == "POST" and form.is_valid() and deed.is_for(row)
        if is_sure and (answer := self.do(deed, row, form, request)):
            return answer
        return self.ask(request, deed, row, form).render()

    def do(self, deed: Deed, row: Any, form: Any, request: HttpRequest) -> HttpResponse | None:
        """In no transaction of ours: some deeds ask a gateway, and each opens its own."""
        try:
            made = deed.act(row, form.cleaned_data, person_of(request), timezone.now())
        except DomainError as error:
            add_to_form(form, error)
            return None
        messages.success(request, f"{row}: {deed.done}")
        return redirect(self.address_of(made or row))


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
