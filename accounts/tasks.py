from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.domain.refresh_tokens import forget_ended_families
from accounts.domain.sign_in import sweep_spent_tokens
from accounts.domain.sign_up import forget_unopened_accounts


@shared_task(name="accounts.sweep")
def sweep(**_: Any) -> None:
    """Each night: what may be forgotten is."""
    now = timezone.now()
    sweep_spent_tokens(now=now)
    forget_ended_families(now=now)
    forget_unopened_accounts(now=now)
