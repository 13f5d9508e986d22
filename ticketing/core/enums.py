from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryStatus(TextChoices):
    """Where one event is on its way to one subscriber."""

    WAITING = "waiting", _("Waiting")
    HANDED_OVER = "handed_over", _("Handed over")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")


OPEN = [DeliveryStatus.WAITING, DeliveryStatus.HANDED_OVER, DeliveryStatus.RUNNING]
