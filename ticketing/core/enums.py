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
DELIVERY_MOVES = {
    DeliveryStatus.WAITING: {DeliveryStatus.HANDED_OVER, DeliveryStatus.RUNNING},
    # Back to waiting: the broker would not take it. To itself: the lease ran out.
    DeliveryStatus.HANDED_OVER: {
        DeliveryStatus.WAITING,
        DeliveryStatus.HANDED_OVER,
        DeliveryStatus.RUNNING,
        DeliveryStatus.DEAD,
    },
    DeliveryStatus.RUNNING: {
        DeliveryStatus.WAITING,
        DeliveryStatus.HANDED_OVER,
        DeliveryStatus.RUNNING,
        DeliveryStatus.DONE,
        DeliveryStatus.DEAD,
    },
    # Tried again or replayed.
    DeliveryStatus.DONE: {DeliveryStatus.WAITING},
    DeliveryStatus.DEAD: {DeliveryStatus.WAITING},
}
