"""That everything promised is so: the auditor's answer, at the end of a test."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from bookings.domain.auditing import audit


def broken_promises(*, now: datetime | None = None, with_chain: bool = True) -> dict[str, Any]:
    findings = audit(now=now or timezone.now(), with_chain=with_chain)
    return {one.promise.name: one.examples for one in findings if not one.is_kept}


def assert_sound(*, now: datetime | None = None, with_chain: bool = True) -> None:
    assert broken_promises(now=now, with_chain=with_chain) == {}
