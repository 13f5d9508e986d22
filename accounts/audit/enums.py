from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# The chain of acts that belong to no organizer.
PLATFORM = UUID(int=0)
# What the first seal of a chain follows.
NOTHING_BEFORE = "0" * 64


class Part(TextChoices):
    """The two halves of what may be erased: they can be about different people."""

    ORIGIN = "origin", _("Where it came from")
    CHANGE = "change", _("What it changed")
