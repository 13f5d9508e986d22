"""What can be done with a row beside looking at it. Each asks first, in words, on its own page."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.enums import ActionVariant

from accounts.admin.scoped import person_of
from accounts.models import User
from accounts.permissions import Permission
from bookings.admin.listing import TeamRows, may_in
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

type Act = Callable[[Any, dict[str, Any], User, datetime], Model | None]


class DeedForm(forms.Form):
    """`row` is what it is done with."""

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.prepare()

    def prepare(self) -> None:
        """Fill in what hangs on the row."""


@dataclass(frozen=True)
class Deed:
    name: str
    title: Any
    icon: str
    button: Any
    act: Act
    done: Any
    words: Callable[[Any], list[str]]
    is_for: Callable[[Any], bool]
    form: type[DeedForm] = DeedForm
    is_dangerous: bool = False
    needs: Permission | None = None
    """Where it is another one than for the other deeds."""
    is_atomic: bool = True
    """False for what asks somebody outside, and opens its own transactions."""


class DeedAdmin(TeamRows):
    """Has a page for each deed, and buttons for those that make sense."""

    deeds: ClassVar[Sequence[Deed]] = ()
    further_deeds: ClassVar[Iterable[Deed]] = ()
    """Those of apps to the right."""

    class Media:
        css = {"all": ["office/office.css"]}

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:object_id>/{deed.name}/",
                self.admin_site.admin_view(self.deed_view),
                {"name": deed.name},
                name=self.page_of(deed.name),
            )
            for deed in self.all_deeds
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    @property
    def all_deeds(self) -> list[Deed]:
        """What is dangerous stands last."""
        return sorted([*self.deeds, *self.further_deeds], key=lambda deed: deed.is_dangerous)

    def page_of(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def address_of(self, row: Model, name: str = "change") -> str:
        return reverse(f"admin:{self.page_of(name)}", args=[row.pk])

    def may_act(self, request: HttpRequest, row: Any, deed: Deed | None = None) -> bool:
        needs = deed.needs if deed is not None and deed.needs else self.to_change
        return may_in(needs, request, row.organizer_id)

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        return [
            {
                "title": deed.title,
                "icon": deed.icon,
                "path": self.address_of(row, deed.name),
                "variant": ActionVariant.DANGER if deed.is_dangerous else ActionVariant.DEFAULT,
                "attrs": {},
            }
            for deed in self.all_deeds
            if deed.is_for(row) and self.may_act(request, row, deed)
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (row := context.get("original")) is not None:
            context |= self.page(request, row)
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page of a row shows beside its fields."""
        return {"title": str(row), "actions_detail": self.buttons(request, row)}

    def deed_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        deed = next(one for one in self.all_deeds if one.name == name)
        if not self.may_act(request, row, deed):
            raise PermissionDenied
        with timezone.override(self.clock_of(row)):
            form = deed.form(request.POST or None, row=row)
            is_sure = request.method == "POST" and form.is_valid() and deed.is_for(row)
            if is_sure and (answer := self.do(deed, row, form, request)):
                return answer
            return self.ask(request, deed, row, form).render()

    def clock_of(self, row: Any) -> tzinfo:
        """By which moments are read and shown."""
        zone: tzinfo = row.event.zone
        return zone

    def ask(self, request: HttpRequest, deed: Deed, row: Any, form: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": deed.title,
            "subtitle": str(row),
            "row": row,
            "deed": deed,
            "form": form,
            "words": deed.words(row),
            "is_possible": deed.is_for(row),
            "address": self.address_of(row),
        }
        return TemplateResponse(request, "admin/bookings/deed.html", context)

    def do(self, deed: Deed, row: Any, form: Any, request: HttpRequest) -> HttpResponse | None:
        before = str(row)
        try:
            with transaction.atomic() if deed.is_atomic else nullcontext():
                made = deed.act(row, form.cleaned_data, person_of(request), timezone.now())
        except DomainError as error:
            add_to_form(form, error)
            return None
        messages.success(request, f"{before}: {deed.done}")
        return redirect(self.address_of(made or row))


def always(_row: Any) -> bool:
    return True


def said(*sentences: Any) -> Callable[[Any], list[str]]:
    return lambda _row: [str(one) for one in sentences]
