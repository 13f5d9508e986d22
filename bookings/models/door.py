from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.enums import EntryKind, EntryResult, EntryRule, RevocationReason
from bookings.models.ticket import Ticket
from events.models import Event, TicketType
from events.models.owned import OfAnEvent
from ticketing.core.ids import new_id
from ticketing.core.privacy import (
    UNTIL_ERASED,
    Basis,
    Kind,
    nothing_personal,
    our_secrets,
    personal,
)
from ticketing.core.text import UNICODE

LONGEST_NONCE = 64
# Entries that the product writes beside a scan carry the scan's nonce and a word of ours.
OWN_NONCE = LONGEST_NONCE + 16


class CheckInList(OfAnEvent):
    """Who is let in where and when: all tickets of an event, or those of some types."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="check_in_lists"
    )
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    ticket_types = models.ManyToManyField(
        TicketType,
        verbose_name=_("ticket types"),
        through="ListedTicketType",
        related_name="check_in_lists",
        blank=True,
        help_text=_("Those it lets in; none chosen means all."),
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    entries = models.CharField(
        _("entries"), max_length=10, choices=EntryRule, default=EntryRule.ONCE
    )
    pin_digest = models.CharField(_("digest of the PIN"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    privacy = nothing_personal(
        "id", "organizer", "event", "name", "ticket_types", "opens_at", "closes_at", "entries",
        "created_at", "withdrawn_at",
    ) | our_secrets("pin_digest")  # fmt: skip

    class Meta:
        verbose_name = _("check-in list")
        verbose_name_plural = _("check-in lists")
        ordering = ["event", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "name"],
                condition=Q(withdrawn_at=None),
                name="bookings_checkinlist_name_once",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="bookings_checkinlist_has_a_name"),
            models.CheckConstraint(
                condition=Q(entries__in=EntryRule.values), name="bookings_checkinlist_rule_known"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | Q(opens_at=None) | Q(closes_at=None),
                name="bookings_checkinlist_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListedTicketType(OfAnEvent):
    """That a check-in list lets a ticket type in."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    check_in_list = models.ForeignKey(
        CheckInList,
        verbose_name=_("check-in list"),
        on_delete=models.CASCADE,
        related_name="lets_in",
    )
    ticket_type = models.ForeignKey(
        TicketType, verbose_name=_("ticket type"), on_delete=models.CASCADE, related_name="+"
    )

    privacy = nothing_personal("id", "organizer", "event", "check_in_list", "ticket_type")

    class Meta:
        verbose_name = _("ticket type of a check-in list")
        verbose_name_plural = _("ticket types of check-in lists")
        constraints = [
            models.UniqueConstraint(
                fields=["check_in_list", "ticket_type"], name="bookings_listedtickettype_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_in_list} · {self.ticket_type}"


class Device(OfAnEvent):
    """A scanner: a phone or a machine that knows a token, good for one event's door alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="devices"
    )
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    gate = models.CharField(_("gate"), max_length=80, blank=True, db_collation=UNICODE)
    lists = models.ManyToManyField(
        CheckInList,
        verbose_name=_("check-in lists"),
        through="DeviceList",
        related_name="devices",
        blank=True,
        help_text=_("Those it works for; none chosen means all."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Whose it is, where somebody of the team scans with their own phone."),
    )
    token_digest = models.CharField(
        _("digest of the token"), max_length=64, unique=True, editable=False
    )
    created_at = models.DateTimeField(_("registered"), db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    # By how much its clock is late; negative if it is early.
    skew_seconds = models.IntegerField(_("clock late by, seconds"), default=0, editable=False)

    privacy = nothing_personal(
        "id", "organizer", "event", "gate", "lists", "created_at", "revoked_at", "last_seen_at",
        "skew_seconds",
    ) | our_secrets("token_digest") | {
        "name": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "user": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
    }  # fmt: skip

    class Meta:
        verbose_name = _("scanner")
        verbose_name_plural = _("scanners")
        ordering = ["event", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="bookings_device_has_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def gate_or_name(self) -> str:
        return self.gate or self.name


class DeviceList(OfAnEvent):
    """That a scanner works for a check-in list."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    device = models.ForeignKey(
        Device, verbose_name=_("scanner"), on_delete=models.CASCADE, related_name="works_for"
    )
    check_in_list = models.ForeignKey(
        CheckInList, verbose_name=_("check-in list"), on_delete=models.CASCADE, related_name="+"
    )

    privacy = nothing_personal("id", "organizer", "event", "device", "check_in_list")

    class Meta:
        verbose_name = _("check-in list of a scanner")
        verbose_name_plural = _("check-in lists of scanners")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "check_in_list"], name="bookings_devicelist_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} · {self.check_in_list}"


class DoorEntry(OfAnEvent):
    """One scan and what it came to. The table only grows: what was wrong is undone by another row.

    `turn` is written by the database (migration 0005): a list that admits once has one turn for
    each ticket, and an undone entry opens the next. No turn has two admitted entries, whatever
    the code does and however many gates ask at once.
    """

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # None for what a scanner without a network read and we do not know.
    ticket = models.ForeignKey(
        Ticket,
        verbose_name=_("ticket"),
        null=True,
        on_delete=models.PROTECT,
        related_name="door_entries",
        db_index=False,
    )
    check_in_list = models.ForeignKey(
        CheckInList,
        verbose_name=_("check-in list"),
        on_delete=models.PROTECT,
        related_name="door_entries",
        db_index=False,
    )
    device = models.ForeignKey(
        Device,
        verbose_name=_("scanner"),
        on_delete=models.PROTECT,
        related_name="door_entries",
        db_index=False,
    )
    gate = models.CharField(_("gate"), max_length=80, db_collation=UNICODE)
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    turn = models.PositiveIntegerField(_("turn"), db_default=1, editable=False)
    nonce = models.CharField(_("nonce"), max_length=OWN_NONCE)
    result = models.CharField(_("result"), max_length=10, choices=EntryResult)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    is_offline = models.BooleanField(_("without a network"), default=False)
    is_by_hand = models.BooleanField(_("by hand"), default=False)
    scanned_at = models.DateTimeField(_("scanned, by the scanner's clock"))
    occurred_at = models.DateTimeField(_("scanned, by our clock"))
    received_at = models.DateTimeField(_("received"))

    privacy = nothing_personal(
        "id", "organizer", "event", "check_in_list", "device", "gate", "kind", "turn", "nonce",
        "result", "reason", "is_offline", "is_by_hand", "scanned_at", "received_at",
    ) | {
        "ticket": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "occurred_at": personal(Kind.BEHAVIOUR, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
    }  # fmt: skip

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-id"]
        constraints = [
            # The same scan, sent again, is the same entry.
            models.UniqueConstraint(
                fields=["device", "nonce"], name="bookings_doorentry_nonce_once"
            ),
            models.UniqueConstraint(
                fields=["ticket", "check_in_list", "kind", "turn"],
                condition=Q(result=EntryResult.ADMITTED),
                name="bookings_doorentry_admitted_once_a_turn",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="bookings_doorentry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(result__in=EntryResult.values), name="bookings_doorentry_result_known"
            ),
            models.CheckConstraint(
                condition=~Q(result=EntryResult.ADMITTED) | Q(ticket__isnull=False),
                name="bookings_doorentry_admits_a_ticket",
            ),
            models.CheckConstraint(
                condition=Q(result=EntryResult.ADMITTED) | ~Q(reason=""),
                name="bookings_doorentry_refused_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ticket", "check_in_list", "-id"], name="bookings_doorentry_of_a_ticket"
            ),
            models.Index(fields=["event", "-id"], name="bookings_doorentry_of_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.gate} · {self.occurred_at:%H:%M}"


class Revocation(models.Model):
    """That a ticket's codes up to a generation are dead. Scanners ask for those after the last
    they know; the database writes them (migration 0005), in the transaction that kills the code
    and, within an event, in the order in which they are seen."""

    seq = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(
        Ticket,
        verbose_name=_("ticket"),
        on_delete=models.PROTECT,
        related_name="revocations",
        db_index=False,
    )
    generation = models.PositiveIntegerField(_("generation"))
    reason = models.CharField(_("reason"), max_length=10, choices=RevocationReason)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)

    privacy = nothing_personal("seq", "event", "generation", "reason", "created_at") | {
        "ticket": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
    }

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "generation", "reason"], name="bookings_revocation_once"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=RevocationReason.values),
                name="bookings_revocation_reason_known",
            ),
        ]
        indexes = [models.Index(fields=["event", "seq"], name="bookings_revocation_in_order")]

    def __str__(self) -> str:
        return f"{self.seq} · {self.ticket_id} · {self.generation}"
