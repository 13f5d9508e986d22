from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganizerStatus, Role
from accounts.models.user import EmailAddressField
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, days, nothing_personal, personal
from ticketing.core.text import UNICODE, TextOrder

of_a_team = partial(personal, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
of_an_invitation = partial(personal, basis=Basis.INTEREST, kept=days(90, after="expires_at"))


class Organizer(models.Model):
    """Who puts on events: a choir, a club, a hall."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120, db_collation=UNICODE)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, help_text=_("The last part of the web address.")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=OrganizerStatus, default=OrganizerStatus.ACTIVE
    )
    started_at = models.DateTimeField(_("started"), db_default=Now(), editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    privacy = nothing_personal("id", "name", "slug", "status", "started_at") | {
        "started_by": of_a_team(Kind.IDENTITY)
    }

    class Meta:
        verbose_name = _("organizer")
        verbose_name_plural = _("organizers")
        ordering = [TextOrder("name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OrganizerStatus.values),
                name="accounts_organizer_status_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="accounts_organizer_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == OrganizerStatus.ACTIVE


class Membership(models.Model):
    """Somebody's place in an organizer's team."""

    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    privacy = nothing_personal("id", "organizer", "role") | {
        "user": of_a_team(Kind.IDENTITY),
        "joined_at": of_a_team(Kind.BEHAVIOUR),
    }

    class Meta:
        verbose_name = _("member of a team")
        verbose_name_plural = _("members of teams")
        ordering = ["joined_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "user"], name="accounts_membership_once_per_team"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="accounts_membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; it may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A place in a team that waits for the person whose mailbox got the link."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        on_delete=models.CASCADE,
        related_name="invitations",
    )
    email = EmailAddressField(_("e-mail address"), db_collation=UNICODE)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    digest = models.CharField(_("digest of the key"), max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField(_("invited"), db_default=Now(), editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
    )
    expires_at = models.DateTimeField(_("runs out"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    privacy = nothing_personal("id", "organizer", "role", "digest", "expires_at") | {
        "email": of_an_invitation(Kind.CONTACT),
        "invited_at": of_an_invitation(Kind.BEHAVIOUR),
        "invited_by": of_an_invitation(Kind.IDENTITY),
        "accepted_at": of_an_invitation(Kind.BEHAVIOUR),
        "withdrawn_at": of_an_invitation(Kind.BEHAVIOUR),
    }

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="accounts_invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="accounts_invitation_not_both_accepted_and_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="accounts_invitation_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"
