from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from events.enums import CodeKind
from events.models.event import Event
from events.models.owned import OfAnEvent
from events.models.ticket_type import TicketType
from events.rules import HIGHEST_PRICE
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE

MOST_USES = 100_000


class Code(OfAnEvent):
    """A word that makes tickets cheaper, or shows those that are hidden.

    How often it may be used is the number of rows of `CodeUse`, which bookings claim: no counter
    is locked while people buy.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="codes"
    )
    code = models.CharField(_("code"), max_length=40, db_collation=UNICODE)
    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        db_collation=UNICODE,
        help_text=_("For your team: who gets it."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CodeKind)
    percent = models.DecimalField(
        _("percent off"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    amount = models.PositiveBigIntegerField(
        _("amount off"),
        null=True,
        blank=True,
        help_text=_("Off each ticket, in the currency's smallest unit."),
    )
    uses = models.PositiveIntegerField(
        _("number of bookings"), null=True, blank=True, help_text=_("Empty for no limit.")
    )
    budget = models.PositiveBigIntegerField(
        _("budget"),
        null=True,
        blank=True,
        help_text=_("What may be taken off in all, in the currency's smallest unit."),
    )
    valid_from_at = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    ticket_types = models.ManyToManyField(
        TicketType,
        verbose_name=_("ticket types"),
        through="CodeTicketType",
        related_name="codes",
        blank=True,
        help_text=_("Those it counts for; none chosen means all."),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    privacy = nothing_personal(
        "id", "organizer", "event", "code", "note", "kind", "percent", "amount", "uses",
        "budget", "valid_from_at", "valid_until", "ticket_types", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="events_code_once_per_event"),
            models.UniqueConstraint(fields=["id", "event"], name="events_code_of_event"),
            models.UniqueConstraint(fields=["id", "organizer"], name="events_code_of_organizer"),
            models.CheckConstraint(
                condition=~Q(code="") & Q(code=Upper("code")), name="events_code_upper_case"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CodeKind.values), name="events_code_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=CodeKind.ACCESS, percent=None, amount=None, budget=None)
                | Q(kind=CodeKind.PERCENT, percent__isnull=False, amount=None)
                | Q(kind=CodeKind.FIXED, percent=None, amount__isnull=False),
                name="events_code_worth_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gt=0, percent__lte=100),
                name="events_code_percent_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__range=(1, HIGHEST_PRICE)),
                name="events_code_amount_reasonable",
            ),
            models.CheckConstraint(
                condition=Q(uses=None) | Q(uses__range=(1, MOST_USES)),
                name="events_code_uses_reasonable",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from_at"))
                | Q(valid_from_at=None)
                | Q(valid_until=None),
                name="events_code_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_counted(self) -> bool:
        """Whether a booking that uses it must claim a row."""
        return self.uses is not None or self.budget is not None

    def is_valid_at(self, moment: datetime) -> bool:
        has_begun = self.valid_from_at is None or self.valid_from_at <= moment
        is_over = self.valid_until is not None and self.valid_until <= moment
        return self.withdrawn_at is None and has_begun and not is_over


class CodeTicketType(OfAnEvent):
    """That a code counts for a ticket type."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    code = models.ForeignKey(
        Code, verbose_name=_("code"), on_delete=models.CASCADE, related_name="counts_for"
    )
    ticket_type = models.ForeignKey(
        TicketType, verbose_name=_("ticket type"), on_delete=models.CASCADE, related_name="+"
    )

    privacy = nothing_personal("id", "organizer", "event", "code", "ticket_type")

    class Meta:
        verbose_name = _("ticket type of a code")
        verbose_name_plural = _("ticket types of codes")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "ticket_type"], name="events_codetickettype_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.ticket_type}"


class CodeUse(models.Model):
    """One use of a code that is counted. A limited code has a numbered row for each; a code with
    a budget alone gets one when it is used."""

    # One key over code and organizer does what the two would (migration 0001).
    code = models.ForeignKey(
        Code,
        verbose_name=_("code"),
        on_delete=models.CASCADE,
        related_name="used",
        db_constraint=False,
        db_index=False,
    )
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    holder = models.UUIDField(_("booking"), null=True, blank=True, editable=False)
    spent = models.PositiveBigIntegerField(_("taken off"), default=0)

    privacy = nothing_personal("id", "code", "organizer", "number", "spent") | {
        "holder": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
    }

    class Meta:
        verbose_name = _("use of a code")
        verbose_name_plural = _("uses of codes")
        ordering = ["code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="events_codeuse_number_once"),
            models.UniqueConstraint(
                fields=["holder", "code"],
                condition=Q(holder__isnull=False),
                name="events_codeuse_once_per_booking",
            ),
            models.CheckConstraint(
                condition=Q(spent=0) | Q(holder__isnull=False),
                name="events_codeuse_spent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False, number__gte=1)
                | Q(number=None, holder__isnull=False),
                name="events_codeuse_numbered_or_used",
            ),
        ]
        indexes = [
            models.Index(
                F("code"), F("number"), condition=Q(holder=None), name="events_codeuse_free"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.number or '–'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.organizer_id = self.code.organizer_id
        super().save(*args, **kwargs)
