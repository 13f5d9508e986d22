"""What providers tell us of messages afterwards: delivered, come back, complained of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.audit.domain.records import record
from accounts.notifications.channels import LONGEST_WORDS
from accounts.notifications.domain.suppressions import suppress_address
from accounts.notifications.enums import (
    MESSAGE_MOVES,
    FailureReason,
    MessageState,
    SuppressionReason,
)
from accounts.notifications.models import Message, Report


@dataclass(frozen=True, kw_only=True)
class Told:
    """One report of a provider, in our words."""

    report_id: str
    what: MessageState
    provider_id: str = ""
    message_id: UUID | None = None
    """Ours, from the mail's own Message-ID: it is known before our mark is."""
    is_permanent: bool = False
    """Of a bounce: no mail will ever arrive there."""
    words: str = ""


@transaction.atomic
def take_report(told: Told, *, now: datetime) -> Message | None:
    """Move the message on and, for a hard bounce or complaint, write to the address no more.

    Told twice, or of a message that is not ours, nothing changes. Locks the message.
    """
    ours = Q(pk=told.message_id) if told.message_id else Q(pk=None)
    if told.provider_id:
        ours |= Q(provider_id=told.provider_id)
    message = Message.objects.select_for_update(of=("self",)).filter(ours).first()
    if message is None:
        return None
    _report, is_new = Report.objects.get_or_create(
        report_id=told.report_id,
        defaults={
            "message": message,
            "what": told.what,
            "words": told.words[:LONGEST_WORDS],
            "reported_at": now,
        },
    )
    if is_new:
        move_on(message, told, now=now)
    return message


def move_on(message: Message, told: Told, *, now: datetime) -> None:
    if told.what in MESSAGE_MOVES[MessageState(message.state)]:
        before = message.state
        message.state = told.what
        setattr(message, f"{told.what}_at", now)
        message.claimed_until = None
        message.context = None if message.is_secret else message.context
        message.provider_id = message.provider_id or told.provider_id
        if told.what != MessageState.DELIVERED:
            message.reason, message.error = FailureReason.REFUSED, told.words[:LONGEST_WORDS]
        message.save()
        if told.what in {MessageState.BOUNCED, MessageState.COMPLAINED}:
            record(
                action=f"notifications.message_{told.what}",
                by=None,
                on=message,
                before={"state": before},
                after={"state": told.what},
                now=now,
            )
    if told.what == MessageState.COMPLAINED:
        suppress(message, SuppressionReason.COMPLAINT, told, now=now)
    elif told.what == MessageState.BOUNCED and told.is_permanent:
        suppress(message, SuppressionReason.HARD_BOUNCE, told, now=now)


def suppress(message: Message, reason: SuppressionReason, told: Told, *, now: datetime) -> None:
    suppress_address(message.address, reason=reason, words=told.words[:LONGEST_WORDS], now=now)
