from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from events.enums import PUBLIC_PURPOSES, MediaPurpose, MediaState, Refusal
from events.models.event import Event
from events.models.owned import OfAnEvent
from events.rules import COLOUR
from ticketing.core.ids import new_id
from ticketing.core.privacy import (
    UNTIL_ERASED,
    WITH_THE_ROW,
    Basis,
    Kind,
    nothing_personal,
    personal,
)
from ticketing.core.text import UNICODE

DIGEST = r"^[0-9a-f]{64}$"
READY = Q(state=MediaState.READY)
PUBLIC = Q(purpose__in=sorted(PUBLIC_PURPOSES))


class MediaFileQuerySet(models.QuerySet["MediaFile"]):
    def shown(self) -> Self:
        """What everybody may see."""
        return self.filter(READY, PUBLIC)

    def of_the_team(self) -> Self:
        """What the organizer's team sent; answers belong to who comes."""
        return self.exclude(purpose=MediaPurpose.ANSWER)


class MediaFile(OfAnEvent):
    """A file that somebody sent for an event. What is said of it first is a promise; from
    `ready` on it is what was found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="media"
    )
    # Copies of an event share what is stored; it goes with the last of them.
    folder = models.UUIDField(_("folder"), default=new_id, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    purpose = models.CharField(_("for"), max_length=10, choices=MediaPurpose)
    state = models.CharField(
        _("state"),
        max_length=11,
        choices=MediaState,
        default=MediaState.AWAITING,
        editable=False,
    )
    refusal = models.CharField(_("refused because"), max_length=20, blank=True, editable=False)

    filename = models.CharField(_("name"), max_length=200, db_collation=UNICODE)
    content_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    scanner = models.CharField(
        _("scanned by"),
        max_length=100,
        blank=True,
        editable=False,
        help_text=_("Empty where no virus scanner was configured."),
    )

    width = models.PositiveIntegerField(_("width"), null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True, editable=False)
    colour = models.CharField(_("colour"), max_length=7, blank=True, editable=False)
    variants = models.JSONField(_("sizes"), default=list, blank=True, editable=False)
    alt = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        db_collation=UNICODE,
        help_text=_("What is to be seen, for who cannot see it. Empty for mere decoration."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_default=0)
    focal_x = models.PositiveSmallIntegerField(
        _("focus from the left"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Percent; what must stay in view when the picture is cut."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focus from the top"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Percent."),
    )

    requested_at = models.DateTimeField(_("announced"), db_default=Now(), editable=False)
    uploaded_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("ready or refused"), null=True, blank=True, editable=False)

    objects = MediaFileQuerySet.as_manager()

    privacy = nothing_personal(
        "id", "organizer", "event", "folder", "purpose", "state", "refusal", "content_type",
        "size", "digest", "scanner", "width", "height", "colour", "variants", "alt", "position",
        "focal_x", "focal_y", "requested_at", "uploaded_at", "settled_at",
    ) | {
        "given_by": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "filename": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=WITH_THE_ROW),
    }  # fmt: skip

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "event"], name="events_mediafile_of_event"),
            models.CheckConstraint(
                condition=Q(purpose__in=MediaPurpose.values),
                name="events_mediafile_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MediaState.values), name="events_mediafile_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state=MediaState.REFUSED) & ~Q(refusal=""))
                | (~Q(state=MediaState.REFUSED) & Q(refusal="")),
                name="events_mediafile_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(filename="") & ~Q(content_type=""),
                name="events_mediafile_has_name_and_kind",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="events_mediafile_not_empty"),
            models.CheckConstraint(
                condition=Q(state=MediaState.AWAITING, uploaded_at=None)
                | (~Q(state=MediaState.AWAITING) & Q(uploaded_at__isnull=False)),
                name="events_mediafile_uploaded_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[MediaState.READY, MediaState.REFUSED], settled_at__isnull=False
                )
                | (~Q(state__in=[MediaState.READY, MediaState.REFUSED]) & Q(settled_at=None)),
                name="events_mediafile_settled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~READY | Q(digest__regex=DIGEST), name="events_mediafile_ready_is_read"
            ),
            models.CheckConstraint(
                condition=~(READY & PUBLIC)
                | Q(
                    width__isnull=False,
                    height__isnull=False,
                    width__gt=0,
                    height__gt=0,
                    colour__regex=COLOUR,
                )
                & ~Q(variants=[]),
                name="events_mediafile_shown_as_a_picture",
            ),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100),
                name="events_mediafile_focus_within",
            ),
        ]
        indexes = [
            models.Index(fields=["folder"], name="events_mediafile_folder"),
            # What the nightly sweep looks for.
            models.Index(
                fields=["requested_at"],
                condition=Q(state__in=[MediaState.AWAITING, MediaState.REFUSED]),
                name="events_mediafile_to_sweep",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_public(self) -> bool:
        return self.purpose in PUBLIC_PURPOSES

    @property
    def is_ready(self) -> bool:
        return self.state == MediaState.READY

    @property
    def refusal_words(self) -> str:
        return str(Refusal(self.refusal).label) if self.refusal else ""

    # Where its bytes are: as sent, as looked into, and as everybody may see them.

    @property
    def inbox(self) -> str:
        return f"uploads/{self.folder}"

    @property
    def original(self) -> str:
        """Under the digest of what was looked into: nobody can put something else there."""
        return f"private/{self.folder}/{self.digest}"
