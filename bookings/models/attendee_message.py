from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.enums import Audience, TellingState
from events.models import Event, TicketType
from events.models.owned import OfAnEvent
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE

LONGEST_SUBJECT, LONGEST_TEXT = 120, 10_000


class AttendeeMessage(OfAnEvent):
    """What an organizer writes to all or some of those who have booked an event, and how far it
    has come. What became of each mail stands with the messages."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    audience = models.CharField(_("to"), max_length=10, choices=Audience, default=Audience.ALL)
    ticket_type = models.ForeignKey(
        TicketType,
        verbose_name=_("ticket type"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: whatever they booked."),
    )
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT, db_collation=UNICODE)
    text = models.TextField(_("text"), db_collation=UNICODE)
    state = models.CharField(
        _("state"), max_length=10, choices=TellingState, default=TellingState.DRAFT
    )
    # How many were to be written to when it began, and to how many it was, or was withheld
    # because they do not want to hear from organizers.
    expected = models.PositiveIntegerField(_("to be told"), db_default=0, default=0)
    told = models.PositiveIntegerField(_("told"), db_default=0, default=0)
    withheld = models.PositiveIntegerField(_("not wanted"), db_default=0, default=0)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "event", "audience", "ticket_type", "subject", "text", "state",
        "expected", "told", "withheld", "created_at", "begun_at", "finished_at",
    ) | {"person": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED)}  # fmt: skip

    class Meta:
        verbose_name = _("message to attendees")
        verbose_name_plural = _("messages to attendees")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TellingState.values),
                name="bookings_attendeemessage_state_known",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values),
                name="bookings_attendeemessage_audience_known",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(text=""),
                name="bookings_attendeemessage_says_something",
            ),
            models.CheckConstraint(
                condition=Q(state=TellingState.DRAFT) | Q(begun_at__isnull=False),
                name="bookings_attendeemessage_begun_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=TellingState.DONE) | Q(finished_at__isnull=False),
                name="bookings_attendeemessage_done_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(withheld__lte=F("told")), name="bookings_attendeemessage_counts_agree"
            ),
        ]
        indexes = [models.Index(fields=["event", "-id"], name="bookings_message_of_an_event")]

    def __str__(self) -> str:
        return self.subject
