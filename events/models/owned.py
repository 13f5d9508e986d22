from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer


class OfAnEvent(models.Model):
    """What belongs to an event carries its organizer too, so that tables can be spread over
    servers by organizer. That both agree, the database holds by a key over both (migration 0001).
    """

    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.organizer_id = self.owner.organizer_id
        super().save(*args, **kwargs)

    @property
    def owner(self) -> Any:
        """The row it belongs to, which knows the organizer."""
        return self.event  # type: ignore[attr-defined] # every table of the kind has one
