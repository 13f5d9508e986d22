from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.audit.enums import PLATFORM, Part
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal, years

# Who did something is known by number alone; whom the number meant goes with the account.
pointer = personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=years(10, after="occurred_at"))


class Entry(models.Model):
    """One act: what stays for good. It names people and things by their ids alone.

    Insert-only, for everybody (the migration takes the other rights back).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organizer = models.UUIDField(
        _("organizer"), null=True, help_text=_("Whose chain it is in; the platform's if empty.")
    )
    occurred_at = models.DateTimeField(_("when"))
    actor_type = models.CharField(_("kind of actor"), max_length=60, blank=True)
    actor_id = models.CharField(_("actor"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=100)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    origin_digest = models.CharField(_("digest of the origin"), max_length=64, blank=True)
    change_digest = models.CharField(_("digest of the change"), max_length=64, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "occurred_at", "actor_type", "action", "object_type"
    ) | {
        "actor_id": pointer,
        "object_id": pointer,
        "request_id": pointer,
        "origin_digest": pointer,
        "change_digest": pointer,
    }

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-id"]  # ids grow with time
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__regex=r"^[a-z_]+(\.[a-z_]+)+$"),
                name="audit_entry_action_dotted",
            ),
            models.CheckConstraint(
                condition=~models.Q(organizer=PLATFORM), name="audit_entry_platform_is_nobody"
            ),
        ]
        indexes = [
            models.Index(fields=["organizer", "id"], name="audit_entry_by_organizer"),
            models.Index(fields=["actor_id", "id"], name="audit_entry_by_actor"),
            models.Index(fields=["object_id", "id"], name="audit_entry_by_object"),
            models.Index(fields=["action", "id"], name="audit_entry_by_action"),
            BrinIndex(fields=["occurred_at"], name="audit_entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.occurred_at:%Y-%m-%d %H:%M:%S}"

    @property
    def chain(self) -> UUID:
        return self.organizer or PLATFORM


class Payload(models.Model):
    """What an entry says in words, and may be erased. The chain holds its salted digest alone.

    The salt goes with the words: nobody can then find out by guessing what they were.
    """

    pk = models.CompositePrimaryKey("entry_id", "part")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, db_index=False, related_name="payloads"
    )
    part = models.CharField(max_length=10, choices=Part)
    salt = models.CharField(max_length=32)
    data = models.JSONField()
    people = ArrayField(
        models.CharField(max_length=125),
        default=list,
        help_text=_("Whom it is about beside actor and object."),
    )

    privacy = nothing_personal("entry", "part", "salt") | {
        "data": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "people": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(part__in=Part.values), name="audit_payload_part_known"
            ),
        ]
        indexes = [
            GinIndex(
                fields=["people"],
                condition=~models.Q(people=[]),
                name="audit_payload_by_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.entry_id}"


class Erasure(models.Model):
    """That a payload was there and is gone. The database itself writes it at each deletion."""

    pk = models.CompositePrimaryKey("entry_id", "part")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, db_index=False, related_name="erasures"
    )
    part = models.CharField(max_length=10, choices=Part)
    erased_at = models.DateTimeField(db_default=Now())

    privacy = nothing_personal("entry", "part", "erased_at")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(part__in=Part.values), name="audit_erasure_part_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.entry_id}"
