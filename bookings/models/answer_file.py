from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking
from events.models import Event, MediaFile
from events.models.owned import OfAnEvent
from ticketing.core.privacy import nothing_personal


class AnswerFile(OfAnEvent):
    """A file that was sent with a booking; the answer to a question names it by its id.

    The row is what says whose it is: the answers themselves cannot be searched.
    """

    file = models.OneToOneField(
        MediaFile,
        verbose_name=_("file"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="answer",
    )
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    booking = models.ForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.CASCADE, related_name="answer_files"
    )

    privacy = nothing_personal("file", "organizer", "event", "booking")

    class Meta:
        verbose_name = _("file of a booking")
        verbose_name_plural = _("files of bookings")
        ordering = ["file"]

    def __str__(self) -> str:
        return str(self.pk)
