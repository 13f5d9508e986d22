from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from bookings.enums import PostState, Told
from bookings.models.booking import Booking
from events.models import Event
from events.models.owned import OfAnEvent
from ticketing.core.encryption import EncryptedTextField
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

LONGEST_URL = 500


class FulfillmentEndpoint(models.Model):
    """Where an organizer's own systems are told of confirmed bookings, and with what it is signed.

    After the secret was changed the former signs too for a while, so that receivers can follow.
    """

    organizer = models.OneToOneField(
        Organizer,
        verbose_name=_("organizer"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    url = models.URLField(_("address"), max_length=LONGEST_URL)
    is_active = models.BooleanField(_("in use"), db_default=True, default=True)
    secret = EncryptedTextField(_("secret"), purpose="bookings.fulfillment_secret")
    former_secret = EncryptedTextField(
        _("former secret"), purpose="bookings.fulfillment_secret", default="", blank=True
    )
    former_until = models.DateTimeField(_("former secret signs until"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("set by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    privacy = (
        nothing_personal("organizer", "url", "is_active", "former_until", "changed_at")
        | our_secrets("secret", "former_secret")
        | {"set_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED)}
    )

    class Meta:
        verbose_name = _("endpoint of an organizer")
        verbose_name_plural = _("endpoints of organizers")

    def __str__(self) -> str:
        return self.url


class FulfillmentPost(OfAnEvent):
    """One thing that an endpoint is told, and how often that was tried. Its id is the receiver's
    key: whatever comes twice under it is the same."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    booking = models.ForeignKey(
        Booking,
        verbose_name=_("booking"),
        on_delete=models.CASCADE,
        related_name="posts",
        db_index=False,
    )
    what = models.CharField(_("what"), max_length=20, choices=Told)
    # Of changes, which: a booking is confirmed once, but may change again and again.
    occasion = models.CharField(_("occasion"), max_length=40, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=PostState, default=PostState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), db_default=0, default=0)
    answer = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    problem = models.CharField(_("last problem"), max_length=200, blank=True, db_collation=UNICODE)
    milliseconds = models.PositiveIntegerField(_("took (ms)"), null=True, blank=True)
    wanted_at = models.DateTimeField(_("wanted since"), db_default=Now())
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "event", "booking", "what", "occasion", "state", "tries", "answer",
        "problem", "milliseconds", "wanted_at", "tried_at", "delivered_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("delivery to an endpoint")
        verbose_name_plural = _("deliveries to endpoints")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "what", "occasion"], name="bookings_fulfillmentpost_once"
            ),
            models.CheckConstraint(
                condition=Q(what__in=Told.values), name="bookings_fulfillmentpost_what_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PostState.values), name="bookings_fulfillmentpost_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.DELIVERED) | Q(delivered_at__isnull=False),
                name="bookings_fulfillmentpost_delivered_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["organizer", "-id"], name="bookings_post_of_a_team")]

    def __str__(self) -> str:
        return f"{self.booking.reference} · {self.get_what_display()}"
