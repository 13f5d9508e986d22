from datetime import datetime, timedelta

from accounts.notifications.models import Message
from accounts.notifications.models.message import DAYS_KEPT

AT_ONCE = 1000


def delete_old_messages(*, now: datetime) -> int:
    """Delete what was written longer ago than we need it; in small steps that lock little."""
    limit = now - timedelta(days=DAYS_KEPT)
    deleted = 0
    while True:
        old = Message.objects.filter(queued_at__lt=limit).order_by("queued_at")[:AT_ONCE]
        number, _by_model = Message.objects.filter(
            pk__in=list(old.values_list("pk", flat=True))
        ).delete()
        if not number:
            return deleted
        deleted += number
