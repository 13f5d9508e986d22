from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.notifications.domain.retention import delete_old_messages


@shared_task(name="notifications.delete_old_messages")
def delete_old(**_: Any) -> None:
    delete_old_messages(now=timezone.now())
