"""Ticket types with their places, and the pools that several of them share."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from events.admin.counts import with_places_taken
from events.admin.fields import MoneyField
from events.admin.rows import EventInline, EventRow
from events.domain.pools import change_capacity, create_pool, delete_pool, rename_pool
from events.domain.ticket_types import (
    CHANGEABLE,
    change_ticket_type,
    create_ticket_type,
    withdraw_ticket_type,
)
from events.models import Pool, TicketType
from ticketing.core.errors import DomainError
from ticketing.core.money import Money


class PoolRow(EventRow):
    def act(self, row: Pool | None) -> Pool:
        name, capacity = self.cleaned_data["name"], self.cleaned_data["capacity"]
        now = timezone.now()
        if row is None:
            position = self.parent.pools.count()
            return create_pool(
                self.parent, name=name, capacity=capacity, position=position, by=self.by, now=now
            )
        if "name" in self.changed_data:
            rename_pool(row, name=name, by=self.by, now=now)
        if "capacity" in self.changed_data:
            change_capacity(row, capacity=capacity, by=self.by, now=now)
        return row

    def take_away(self, row: Pool) -> None:
        delete_pool(row, by=self.by, now=timezone.now())


class PoolInline(EventInline, TabularInline):
    model = Pool
    form = PoolRow
    fields: ClassVar = ["name", "capacity", "taken"]
    readonly_fields = ["taken"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pool]:
        return with_places_taken(super().get_queryset(request))

    @admin.display(description=_("taken"))
    def taken(self, pool: Any) -> int:
        return getattr(pool, "places_taken", 0)


class TicketTypeRow(EventRow):
    price = MoneyField(label=_("price"), required=False)
    min_price = MoneyField(
        label=_("lowest price"),
        required=False,
        help_text=_("Only where people pay what they want."),
    )
    places = forms.IntegerField(
        label=_("places"),
        required=False,
        min_value=0,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("How many; empty for no limit."),
    )

    class Meta:
        model = TicketType
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if pool := self.fields.get("pool"):
            pool.required = False
            pool.empty_label = _("Places of its own")  # type: ignore[attr-defined] # a choice of rows
            pool.help_text = _("Choose one to share its places with other tickets.")
        if not self.instance._state.adding and self.instance.pool_id:
            self.initial["places"] = self.instance.pool.capacity

    def clean_price(self) -> int:
        return self.cleaned_data["price"] or 0

    def clean_min_price(self) -> int:
        return self.cleaned_data["min_price"] or 0

    def act(self, row: TicketType | None) -> TicketType:
        now = timezone.now()
        pool = self.pool_of(row)
        if row is None:
            facts = self.facts(CHANGEABLE) | {"pool": pool}
            if "position" not in self.changed_data:
                facts["position"] = self.parent.ticket_types.count()
            return create_ticket_type(self.parent, facts, by=self.by, now=now)
        changes = self.changes()
        if pool.pk != row.pool_id:
            changes["pool"] = pool
        else:
            changes.pop("pool", None)
        change_ticket_type(row, changes, by=self.by, now=now)
        return row

    @transaction.atomic
    def pool_of(self, row: TicketType | None) -> Pool:
        """The one that is chosen, with so many places; else one of its own, under its name."""
        now, places = timezone.now(), self.cleaned_data.get("places")
        chosen: Pool | None = self.cleaned_data.get("pool")
        try:
            if chosen is None:
                name, position = self.cleaned_data["name"], self.parent.pools.count()
                return create_pool(
                    self.parent, name=name, capacity=places, position=position, by=self.by, now=now
                )
            pool = Pool.objects.get(pk=chosen.pk)
            if "places" in self.changed_data and (row is not None or places is not None):
                change_capacity(pool, capacity=places, by=self.by, now=now)
        except DomainError as error:
            if error.field == "capacity":
                error.field = "places"
            raise
        return pool

    def take_away(self, row: TicketType) -> None:
        withdraw_ticket_type(row, by=self.by, now=timezone.now())


class TicketTypeInline(EventInline, StackedInline):
    model = TicketType
    form = TicketTypeRow
    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = (
        (None, {"fields": [("name", "kind"), ("price", "places"), "description"]}),
        (
            _("More about this ticket"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("pool", "tax_kind"),
                    ("sale_starts_at", "sale_ends_at"),
                    ("min_per_order", "max_per_order"),
                    ("is_hidden", "shown_after"),
                    "min_price",
                    "position",
                ],
            },
        ),
    )
    shown_instead = {
        "price": "shown_price",
        "min_price": "shown_min_price",
        "places": "shown_places",
        "position": None,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketType]:
        return super().get_queryset(request).select_related("pool", "event")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new event begins with one ticket to fill in."""
        return 1 if obj is None else 0

    @admin.display(description=_("price"))
    def shown_price(self, one: TicketType) -> str:
        return one.money.format(get_language() or "en")

    @admin.display(description=_("lowest price"))
    def shown_min_price(self, one: TicketType) -> str:
        return Money(one.min_price, one.event.currency).format(get_language() or "en")

    @admin.display(description=_("places"))
    def shown_places(self, one: TicketType) -> Any:
        return _("no limit") if one.pool.capacity is None else one.pool.capacity
