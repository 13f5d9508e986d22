from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import TaxKind, TicketKind
from events.models.event import Event
from events.models.owned import OfAnEvent
from events.models.pool import Pool
from events.rules import HIGHEST_PRICE, validate_language
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE

MOST_PER_ORDER = 100


class TicketTypeQuerySet(models.QuerySet["TicketType"]):
    def offered(self) -> Self:
        return self.filter(withdrawn_at=None)


class TicketType(OfAnEvent):
    """What can be chosen: what it is called, what it costs, when it is sold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="ticket_types"
    )
    pool = models.ForeignKey(
        Pool,
        verbose_name=_("pool of places"),
        on_delete=models.PROTECT,
        related_name="ticket_types",
    )
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    description = models.CharField(
        _("description"), max_length=300, blank=True, db_collation=UNICODE
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TicketKind, default=TicketKind.PAID)
    price = models.PositiveBigIntegerField(
        _("price"),
        default=0,
        help_text=_("In the currency's smallest unit; what is suggested if people choose."),
    )
    min_price = models.PositiveBigIntegerField(
        _("lowest price"), default=0, help_text=_("Only where people pay what they want.")
    )
    tax_kind = models.CharField(_("tax"), max_length=10, choices=TaxKind, default=TaxKind.NONE)
    sale_starts_at = models.DateTimeField(_("sold from"), null=True, blank=True)
    sale_ends_at = models.DateTimeField(_("sold until"), null=True, blank=True)
    min_per_order = models.PositiveSmallIntegerField(_("fewest per booking"), default=1)
    max_per_order = models.PositiveSmallIntegerField(_("most per booking"), default=10)
    max_per_person = models.PositiveSmallIntegerField(
        _("most per person"),
        null=True,
        blank=True,
        help_text=_("Over all bookings of one person; empty for no limit."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_hidden = models.BooleanField(_("hidden until a code is given"), default=False)
    shown_after = models.ForeignKey(
        "self",
        verbose_name=_("hidden until this one is sold out"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = TicketTypeQuerySet.as_manager()

    privacy = nothing_personal(
        "id", "organizer", "event", "pool", "name", "description", "kind", "price", "min_price",
        "tax_kind", "sale_starts_at", "sale_ends_at", "min_per_order", "max_per_order",
        "max_per_person", "position", "is_hidden", "shown_after", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "event"], name="events_tickettype_of_event"),
            models.CheckConstraint(condition=~Q(name=""), name="events_tickettype_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=TicketKind.values), name="events_tickettype_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(tax_kind__in=TaxKind.values), name="events_tickettype_tax_known"
            ),
            models.CheckConstraint(
                condition=Q(price__range=(0, HIGHEST_PRICE)),
                name="events_tickettype_price_reasonable",
            ),
            models.CheckConstraint(
                condition=Q(kind=TicketKind.PAID, price__gt=0)
                | Q(kind=TicketKind.FREE, price=0)
                | Q(kind=TicketKind.OWN_PRICE),
                name="events_tickettype_price_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(min_price=0)
                | Q(kind=TicketKind.OWN_PRICE, min_price__gt=0, min_price__lte=F("price")),
                name="events_tickettype_lowest_price_fits",
            ),
            models.CheckConstraint(
                condition=Q(sale_ends_at__gt=F("sale_starts_at"))
                | Q(sale_starts_at=None)
                | Q(sale_ends_at=None),
                name="events_tickettype_sale_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(min_per_order__gte=1)
                & Q(max_per_order__gte=F("min_per_order"))
                & Q(max_per_order__lte=MOST_PER_ORDER),
                name="events_tickettype_per_order_fits",
            ),
            models.CheckConstraint(
                condition=Q(max_per_person=None) | Q(max_per_person__gte=F("min_per_order")),
                name="events_tickettype_per_person_fits",
            ),
            models.CheckConstraint(
                condition=Q(shown_after=None) | ~Q(shown_after=F("id")),
                name="events_tickettype_not_after_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def money(self) -> Money:
        return Money(self.price, self.event.currency)

    @property
    def costs_nothing(self) -> bool:
        return self.kind == TicketKind.FREE

    def is_sold_at(self, moment: datetime) -> bool:
        """Whether its own window is open; the event's state is another matter."""
        has_begun = self.sale_starts_at is None or self.sale_starts_at <= moment
        is_over = self.sale_ends_at is not None and self.sale_ends_at <= moment
        return self.withdrawn_at is None and has_begun and not is_over


class TicketTypeText(OfAnEvent):
    """A ticket type's words in another language than the event's."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    ticket_type = models.ForeignKey(
        TicketType, verbose_name=_("ticket type"), on_delete=models.CASCADE, related_name="texts"
    )
    language = models.CharField(_("language"), max_length=10, validators=[validate_language])
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    description = models.CharField(
        _("description"), max_length=300, blank=True, db_collation=UNICODE
    )

    privacy = nothing_personal(
        "id", "organizer", "event", "ticket_type", "language", "name", "description"
    )

    class Meta:
        verbose_name = _("ticket type in another language")
        verbose_name_plural = _("ticket types in other languages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket_type", "language"], name="events_tickettypetext_once_per_language"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(language=""), name="events_tickettypetext_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
