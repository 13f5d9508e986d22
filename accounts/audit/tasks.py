from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.audit.domain.chain import seal_waiting
from accounts.audit.places import anchor_everywhere


@shared_task(name="audit.seal")
def seal(**_: Any) -> None:
    seal_waiting(now=timezone.now())


@shared_task(name="audit.anchor")
def anchor(**_: Any) -> None:
    anchor_everywhere(now=timezone.now())
