"""Sending what was written down: at least once, under one Message-ID, with no transaction held
while another server is spoken to (docs/adr/0012)."""

import logging
import time
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.notifications.channels import LONGEST_WORDS, Away, Refused, Unreachable, sender_of
from accounts.notifications.domain.preferences import is_wanted
from accounts.notifications.domain.suppressions import is_suppressed, suppress_address
from accounts.notifications.domain.templates import words_for
from accounts.notifications.domain.unsubscribing import unsubscribe_address
from accounts.notifications.enums import (
    Channel,
    FailureReason,
    MessageState,
    SuppressionReason,
)
from accounts.notifications.kinds import UnknownKind, kind_named
from accounts.notifications.models import Message
from accounts.notifications.rendering.mail import Mail, write_mail, write_note
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import Retry

logger = logging.getLogger(__name__)

# Longer than a slow mail server may take for one mail; then somebody else may try.
LEASE = timedelta(minutes=3)
# As mail servers do: an outage of a weekend's length loses nothing.
GIVE_UP_AFTER = timedelta(days=2)


class Overtaken(Exception):
    """We slept past our lease, and somebody else has the message now."""


@dataclass(frozen=True)
class Claim:
    """A message that is ours for a while."""

    message: Message
    now: datetime
    began: float = field(default_factory=time.monotonic)

    @property
    def until(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began) + LEASE


def send_message(message_id: UUID, *, now: datetime) -> None:
    """Send a queued message and write down what became of it. Raises Retry for later.

    Idempotent: one that is not queued any more is left alone. It is claimed for a few minutes,
    so that two workers do not send it both; who overslept notices before it speaks and again
    before it writes.
    """
    claimed = claim(message_id, now=now)
    if claimed is None:
        return
    failpoint("mail.claimed")
    try:
        attempt(claimed, now=now)
    except Overtaken:
        logger.warning("message_overtaken", extra=facts_of(claimed.message))


def attempt(claimed: Claim, *, now: datetime) -> None:
    message = claimed.message
    if reason := reason_against(message, now=now):
        fail(message, reason, now=now)
        return
    if not is_wanted(message):
        close(message, MessageState.WITHHELD, now=now)
        return
    try:
        content, headers = written(message)
    except UnknownKind:
        # A newer version of the code may know it.
        release(message)
        raise Retry(f"Nobody here can write a {message.kind}.") from None
    except Exception as error:  # noqa: BLE001 - one message that cannot be written stops no other
        fail_unreadable(message, error, now=now)
        return
    update_ours(message, claimed_until=claimed.until)
    speak(message, content, headers, now=now)


def speak(message: Message, content: Any, headers: dict[str, str], *, now: datetime) -> None:
    """Hand the message over and mark what the other side said."""
    try:
        provider_id = sender_of(Channel(message.channel)).send(message, content, headers)
    except Away as away:
        release(message, words=str(away))
        raise Retry(str(away)) from None
    except Unreachable:
        fail(message, FailureReason.UNREACHABLE, now=now)
    except Refused as refused:
        refuse(message, refused, now=now)
    except ValueError as error:
        # Django found something in a header or address that must not be in one (trust 45).
        fail_unreadable(message, error, now=now)
    else:
        # A process that dies here has sent a mail and not said so: it will go out again.
        failpoint("mail.accepted")
        close(message, MessageState.SENT, now=now, provider_id=provider_id)


def claim(message_id: UUID, *, now: datetime) -> Claim | None:
    """None if there is nothing to be done with the message. Raises Retry if another has it."""
    is_free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    is_ours = Message.objects.filter(is_free, pk=message_id, state=MessageState.QUEUED).update(
        claimed_until=now + LEASE, attempts=F("attempts") + 1
    )
    message = Message.objects.filter(pk=message_id).first()
    if message is None or message.state != MessageState.QUEUED:
        return None
    if not is_ours:
        until = message.claimed_until or now
        raise Retry("Another worker is sending it.", after=max(until - now, timedelta(seconds=1)))
    return Claim(message, now)


def reason_against(message: Message, *, now: datetime) -> FailureReason | None:
    age = now - message.queued_at
    try:
        expires_after = kind_named(message.kind).expires_after
    except UnknownKind:
        expires_after = None
    if expires_after and age >= expires_after:
        return FailureReason.EXPIRED
    if age >= GIVE_UP_AFTER:
        return FailureReason.GIVEN_UP
    if message.address and is_suppressed(message.address):
        return FailureReason.SUPPRESSED
    return None


def written(message: Message) -> tuple[Mail | str, dict[str, str]]:
    """The words, and for a mail that may be unsubscribed the headers that say how (RFC 8058)."""
    kind, values = kind_named(message.kind), message.context or {}
    if message.channel != Channel.EMAIL:
        return write_note(kind, values, locale=message.locale), {}
    unsubscribe, headers = "", {}
    if kind.can_be_unsubscribed:
        unsubscribe = unsubscribe_address(message)
        headers = {
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = write_mail(
        kind,
        values,
        locale=message.locale,
        words=words_for(message.kind, message.locale),
        unsubscribe=unsubscribe,
    )
    return mail, headers


@transaction.atomic
def refuse(message: Message, refused: Refused, *, now: datetime) -> None:
    if not refused.is_address_dead or message.channel != Channel.EMAIL:
        fail(message, FailureReason.REFUSED, now=now, words=refused.words)
        return
    words = {"reason": FailureReason.REFUSED, "error": refused.words}
    close(message, MessageState.BOUNCED, now=now, **words)
    suppress_address(
        message.address, reason=SuppressionReason.HARD_BOUNCE, words=refused.words, now=now
    )


def fail(message: Message, reason: FailureReason, *, now: datetime, words: str = "") -> None:
    close(message, MessageState.FAILED, now=now, reason=reason, error=words[:LONGEST_WORDS])


def fail_unreadable(message: Message, error: Exception, *, now: datetime) -> None:
    # Neither its words nor its locals: they can hold what the message says.
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {place.filename.rpartition('/')[2]}:{place.lineno}"
    logger.error("message_unreadable", extra=facts_of(message) | {"error": where})
    fail(message, FailureReason.UNREADABLE, now=now, words=where)


def close(message: Message, state: MessageState, *, now: datetime, **facts: Any) -> None:
    """Move on from queued, unless somebody else did; secrets have done their work by then."""
    changes = {"state": state, f"{state}_at": now, "claimed_until": None, "error": "", **facts}
    if message.is_secret:
        changes["context"] = None
    update_ours(message, **changes)


def release(message: Message, *, words: str = "") -> None:
    update_ours(message, claimed_until=None, error=words)


def update_ours(message: Message, **changes: Any) -> None:
    """Raises Overtaken if somebody else has claimed the message since, or moved it on."""
    is_ours = Message.objects.filter(
        pk=message.pk, state=MessageState.QUEUED, attempts=message.attempts
    ).update(**changes)
    if not is_ours:
        raise Overtaken


def facts_of(message: Message) -> dict[str, str]:
    """What may stand in a log: neither address nor values."""
    return {"message_id": str(message.pk), "kind": message.kind}
