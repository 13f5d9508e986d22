from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.audit.models.entry import Entry
from ticketing.core.privacy import WITH_THE_ROW, Basis, Kind, nothing_personal, personal


class Seal(models.Model):
    """An entry's place in its chain. Insert-only; written by the sealer, seconds after the entry."""

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.PROTECT, related_name="seal"
    )
    chain = models.UUIDField()
    seq = models.BigIntegerField(_("number"))
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))

    privacy = nothing_personal("entry", "chain", "seq", "prev_hash", "hash", "sealed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_seal_one_chain"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_seal_seq_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Waiting(models.Model):
    """An entry that is not sealed yet: put here by the database, taken away by the sealer."""

    pk = models.CompositePrimaryKey("chain", "entry_id")
    chain = models.UUIDField()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_index=False, related_name="+")

    privacy = nothing_personal("chain", "entry")

    def __str__(self) -> str:
        return str(self.entry_id)


class Anchor(models.Model):
    """That the heads of the chains were written down at a place outside of this database."""

    place = models.CharField(max_length=500)
    heads = models.JSONField(help_text=_("Of each chain that had grown: number and hash."))
    anchored_at = models.DateTimeField()

    privacy = nothing_personal("id", "heads", "anchored_at") | {
        # An operator's own mail address can be among them.
        "place": personal(Kind.CONTACT, basis=Basis.INTEREST, kept=WITH_THE_ROW),
    }

    class Meta:
        indexes = [models.Index(fields=["place", "-anchored_at"], name="audit_anchor_latest")]

    def __str__(self) -> str:
        return f"{self.place} {self.anchored_at:%Y-%m-%d %H:%M:%S}"
