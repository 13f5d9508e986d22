from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from accounts.notifications.domain.addresses import mailbox
from accounts.notifications.models import Device, Message, Preference, Suppression
from accounts.notifications.models.message import DAYS_KEPT

if TYPE_CHECKING:
    from accounts.models import User

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


@transaction.atomic
def forget_person(user: "User") -> None:
    """Delete all that was said to somebody, and what they said about it: they are to be erased."""
    address = mailbox(user.email)
    Message.objects.filter(Q(recipient=user) | Q(address=address)).delete()
    Preference.objects.filter(Q(user=user) | Q(address=address)).delete()
    Device.objects.filter(user=user).delete()
    Suppression.objects.filter(address=address).delete()
