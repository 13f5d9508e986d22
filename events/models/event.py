from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganizerStatus
from accounts.models import Organizer
from events.enums import OPEN_STATUSES, EventStatus, Visibility
from events.models.category import Category
from events.models.owned import OfAnEvent
from events.models.series import Series
from events.models.venue import Venue
from events.rules import COLOUR, validate_currency, validate_language, validate_timezone
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal, our_secrets
from ticketing.core.text import UNICODE

if TYPE_CHECKING:
    from events.models.listing import Listing

NOT_DRAFT = ~Q(status=EventStatus.DRAFT)


class EventQuerySet(models.QuerySet["Event"]):
    def published(self) -> Self:
        """What has a page for the public, whether or not lists show it."""
        shown = {EventStatus.PUBLISHED, EventStatus.CANCELLED, EventStatus.FINISHED}
        return self.filter(status__in=shown, organizer__status=OrganizerStatus.ACTIVE)

    def listed(self) -> Self:
        """What lists, searches and feeds may show."""
        return self.published().filter(status=EventStatus.PUBLISHED, visibility=Visibility.PUBLIC)

    def not_over(self, *, now: datetime) -> Self:
        return self.filter(ends_at__gt=now)


class Event(models.Model):
    """What is on, once: a date of a series is an event of its own."""

    listing: "Listing"
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Four bytes of every ticket's code are this number (ARCHITECTURE: "Tickets and codes").
    number = models.PositiveIntegerField(
        _("number"),
        unique=True,
        editable=False,
        db_default=Func(Value("events_event_numbers"), function="nextval"),
    )
    slug = models.SlugField(
        _("address"), max_length=80, unique=True, help_text=_("The last part of the web address.")
    )
    organizer = models.ForeignKey(
        Organizer, verbose_name=_("organizer"), on_delete=models.PROTECT, related_name="events"
    )
    series = models.ForeignKey(
        Series,
        verbose_name=_("series"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )

    title = models.CharField(_("title"), max_length=150, db_collation=UNICODE)
    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        db_collation=UNICODE,
        help_text=_("One or two sentences, for lists and search engines."),
    )
    description = models.TextField(
        _("description"), blank=True, db_collation=UNICODE, help_text=_("Markdown.")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en",
        validators=[validate_language],
        help_text=_("That of the texts above; other languages are added beside."),
    )

    venue = models.ForeignKey(
        Venue,
        verbose_name=_("venue"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    online_url = models.URLField(
        _("link to the online event"),
        max_length=500,
        blank=True,
        help_text=_("For events without a venue; only who has a ticket sees it."),
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    doors_open_at = models.DateTimeField(_("doors open"), null=True, blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_timezone]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[validate_currency]
    )

    status = models.CharField(
        _("status"),
        max_length=12,
        choices=EventStatus,
        default=EventStatus.DRAFT,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    postponed_at = models.DateTimeField(_("postponed"), null=True, blank=True, editable=False)
    postponed_from_at = models.DateTimeField(
        _("was to begin"), null=True, blank=True, editable=False
    )
    sales_paused_at = models.DateTimeField(_("sales paused"), null=True, blank=True, editable=False)
    notice = models.TextField(
        _("notice"),
        blank=True,
        db_collation=UNICODE,
        help_text=_("Why it is cancelled or postponed, in words for those who come."),
    )

    visibility = models.CharField(
        _("who finds it"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    access_digest = models.CharField(
        _("digest of the access code"), max_length=64, blank=True, editable=False
    )
    # Of this very event: a key over both holds it (migration 0010).
    cover = models.ForeignKey(
        "events.MediaFile",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    accent = models.CharField(
        _("colour"), max_length=7, blank=True, help_text=_("Like #7a2e8f; empty for ours.")
    )
    hold_minutes = models.PositiveSmallIntegerField(
        _("minutes a place is held"),
        default=15,
        help_text=_("How long somebody has to fill in the form and pay."),
    )
    terms = models.TextField(
        _("terms"),
        blank=True,
        db_collation=UNICODE,
        help_text=_("If given, who books must accept them. Markdown."),
    )

    refund_until_days = models.PositiveSmallIntegerField(
        _("refundable until, days before"),
        null=True,
        blank=True,
        help_text=_("Empty: tickets are refunded only if the event is cancelled or postponed."),
    )
    refund_fee_percent = models.DecimalField(
        _("kept of a refund, percent"), max_digits=5, decimal_places=2, default=0
    )

    tax_country = models.CharField(
        _("taxed in"),
        max_length=2,
        blank=True,
        help_text=_("Two letters; empty for the venue's country."),
    )
    tax_region = models.CharField(_("taxed in region"), max_length=10, blank=True)
    is_tax_included = models.BooleanField(
        _("prices include tax"), default=True, help_text=_("Buyers see prices with tax always.")
    )

    objects = EventQuerySet.as_manager()

    privacy = nothing_personal(
        "id", "number", "slug", "organizer", "series", "category", "title", "summary",
        "description", "language", "venue", "online_url", "starts_at", "ends_at",
        "doors_open_at", "timezone", "currency", "status", "created_at", "changed_at",
        "published_at", "cancelled_at", "postponed_at", "postponed_from_at", "sales_paused_at",
        "notice", "visibility", "cover", "accent", "hold_minutes", "terms", "refund_until_days",
        "refund_fee_percent", "tax_country", "tax_region", "is_tax_included",
    ) | our_secrets("access_digest")  # fmt: skip

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "organizer"], name="events_event_of_organizer"),
            models.CheckConstraint(
                condition=Q(status__in=EventStatus.values), name="events_event_status_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="events_event_visibility_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="events_event_has_a_title"),
            models.CheckConstraint(condition=~Q(slug=""), name="events_event_has_an_address"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) | Q(starts_at=None) | Q(ends_at=None),
                name="events_event_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | Q(ends_at=None, doors_open_at=None),
                name="events_event_no_end_without_start",
            ),
            models.CheckConstraint(
                condition=Q(doors_open_at=None) | Q(doors_open_at__lte=F("starts_at")),
                name="events_event_doors_open_before_it_starts",
            ),
            models.CheckConstraint(
                condition=~NOT_DRAFT | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="events_event_published_with_a_time",
            ),
            models.CheckConstraint(
                condition=~NOT_DRAFT | Q(venue__isnull=False) | ~Q(online_url=""),
                name="events_event_published_with_a_place",
            ),
            models.CheckConstraint(
                condition=Q(venue=None) | Q(online_url=""), name="events_event_one_place"
            ),
            models.CheckConstraint(
                condition=Q(status=EventStatus.DRAFT, published_at=None)
                | (NOT_DRAFT & Q(published_at__isnull=False)),
                name="events_event_published_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status=EventStatus.CANCELLED) | Q(cancelled_at__isnull=False),
                name="events_event_cancelled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None)
                | Q(status__in=[EventStatus.CANCELLED, EventStatus.ARCHIVED]),
                name="events_event_cancelled_stays_so",
            ),
            models.CheckConstraint(
                condition=Q(postponed_at=None, postponed_from_at=None)
                | Q(postponed_at__isnull=False, postponed_from_at__isnull=False),
                name="events_event_postponed_from_a_date",
            ),
            models.CheckConstraint(
                condition=NOT_DRAFT | Q(postponed_at=None, sales_paused_at=None),
                name="events_event_draft_is_neither_postponed_nor_paused",
            ),
            models.CheckConstraint(
                condition=Q(visibility=Visibility.PRIVATE, access_digest__regex="^[0-9a-f]{64}$")
                | (~Q(visibility=Visibility.PRIVATE) & Q(access_digest="")),
                name="events_event_private_by_a_code",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"),
                name="events_event_currency_three_letters",
            ),
            models.CheckConstraint(
                condition=~Q(timezone="") & ~Q(language=""),
                name="events_event_has_time_zone_and_language",
            ),
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex=COLOUR),
                name="events_event_accent_a_colour",
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__range=(5, 120)), name="events_event_hold_reasonable"
            ),
            models.CheckConstraint(
                condition=Q(refund_fee_percent__range=(0, 100)),
                name="events_event_refund_fee_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(refund_until_days=None) | Q(refund_until_days__lte=365),
                name="events_event_refund_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(tax_country="") | Q(tax_country__regex="^[A-Z]{2}$"),
                name="events_event_tax_country_two_letters",
            ),
        ]
        indexes = [
            # What the public lists ask for; drafts and history are not in it.
            models.Index(
                fields=["starts_at", "id"],
                condition=Q(status=EventStatus.PUBLISHED, visibility=Visibility.PUBLIC),
                name="events_event_listed",
            ),
            models.Index(fields=["organizer", "starts_at"], name="events_event_of_a_team"),
            models.Index(
                fields=["ends_at"],
                condition=Q(status__in=[EventStatus.PUBLISHED, EventStatus.UNPUBLISHED]),
                name="events_event_to_finish",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.status in OPEN_STATUSES

    @property
    def is_published(self) -> bool:
        return self.status == EventStatus.PUBLISHED

    @property
    def is_online(self) -> bool:
        return bool(self.online_url)

    @property
    def awaits_new_date(self) -> bool:
        """Postponed, and nobody knows yet to when."""
        return self.postponed_at is not None and self.starts_at == self.postponed_from_at

    @property
    def asks_to_accept_terms(self) -> bool:
        return bool(self.terms)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def hold_time(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def taxed_in(self) -> tuple[str, str]:
        """Country and region whose rates apply; empty where nobody said."""
        if self.tax_country or self.venue is None:
            return self.tax_country, self.tax_region
        return self.venue.country, self.venue.region

    def digest_of(self, code: str) -> str:
        """With the event's own id, so that equal codes of two events cannot be told from it."""
        return sha256(f"{self.pk}:{code.strip().casefold()}".encode()).hexdigest()

    def is_opened_by(self, code: str) -> bool:
        """Whether this is the access code of a private event."""
        return compare_digest(self.access_digest, self.digest_of(code))


class EventText(OfAnEvent):
    """An event's texts in another language than its own."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="texts"
    )
    language = models.CharField(_("language"), max_length=10, validators=[validate_language])
    title = models.CharField(_("title"), max_length=150, db_collation=UNICODE)
    summary = models.CharField(_("summary"), max_length=300, blank=True, db_collation=UNICODE)
    description = models.TextField(_("description"), blank=True, db_collation=UNICODE)

    privacy = nothing_personal(
        "id", "organizer", "event", "language", "title", "summary", "description"
    )

    class Meta:
        verbose_name = _("text in another language")
        verbose_name_plural = _("texts in other languages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language"], name="events_eventtext_once_per_language"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(language=""), name="events_eventtext_has_a_title"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
