"""Writing down that somebody is to be told something. What becomes of it: sending.py."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.notifications.announcements import MessageQueued
from accounts.notifications.domain.addresses import checked_address
from accounts.notifications.domain.preferences import is_wanted
from accounts.notifications.enums import Channel, MessageState
from accounts.notifications.kinds import MessageKind, is_link, kind_named
from accounts.notifications.models import Message
from ticketing.core.errors import Conflict, NotAllowed
from ticketing.core.outbox import announce

if TYPE_CHECKING:
    from accounts.models import User


class BadContext(ValueError):
    """The values do not fit the message: a mistake of whoever sends it."""


class KeyOfAnother(ValueError):
    """The key belongs to another kind of message: a mistake of whoever sends it."""


class MayNotResend(NotAllowed):
    code = "may_not_resend"
    message = _("Only staff who may change messages can send one again.")


class CannotResend(Conflict):
    code = "cannot_resend"
    message = _(
        "This message opened something, so its link was not kept. Let the person ask for a new one."
    )


class NotFailed(Conflict):
    code = "not_failed"
    message = _("Only a message that failed can be tried again.")


def notify(
    kind: str,
    *,
    to: "User | str",
    key: str,
    context: Mapping[str, Any],
    now: datetime,
    locale: str | None = None,
    channel: Channel = Channel.EMAIL,
) -> Message:
    """Write down, in the caller's transaction, that a person is to be told; a worker sends it.

    Once per key: a second call with the same key changes nothing and returns the first message.
    `to` is a user or an address (of mail, or a phone number). Lazy texts among the values are
    translated into the reader's language. What the person does not want is kept as withheld.
    Raises BadContext and UnknownKind for mistakes of the caller, InvalidAddress for an address
    that nothing can be sent to.
    """
    declared = kind_named(kind)
    if channel not in declared.channels:
        raise BadContext(f"{kind} has no words for {channel}.")
    user = None if isinstance(to, str) else to
    language = supported_language(locale or (user.locale if user else ""))
    message = Message(
        key=key,
        kind=kind,
        topic=declared.topic,
        channel=channel,
        recipient=user,
        address=address_of(to, channel),
        locale=language,
        context=settled(declared, context, language),
        queued_at=now,
    )
    return write_down(message, now=now)


@transaction.atomic(savepoint=False)
def write_down(message: Message, *, now: datetime) -> Message:
    if not is_wanted(message):
        message.state, message.withheld_at, message.context = MessageState.WITHHELD, now, None
    Message.objects.bulk_create([message], ignore_conflicts=True)
    kept = Message.objects.get(key=message.key)
    if kept.kind != message.kind:
        raise KeyOfAnother(f"{message.kind} has a key that a {kept.kind} has already.")
    if kept.pk == message.pk and kept.state == MessageState.QUEUED:
        announce(MessageQueued(message_id=message.pk), about=message)
    return kept


def address_of(to: "User | str", channel: Channel) -> str:
    if isinstance(to, str):
        return checked_address(to, channel)
    if channel == Channel.PUSH:
        return ""
    if channel == Channel.EMAIL:
        return checked_address(to.email, channel)
    raise BadContext("A text message goes to a phone number.")


def supported_language(wanted: str) -> str:
    """`fr-CA` → `fr`; the site's own language for one that we do not write."""
    try:
        return translation.get_supported_language_variant(wanted)
    except LookupError:
        return settings.LANGUAGE_CODE


def settled(kind: MessageKind, context: Mapping[str, Any], locale: str) -> dict[str, str | int]:
    """The values as they are kept: complete, plain, and links to this site alone."""
    missing = kind.placeholders.keys() - context.keys() - kind.optional
    if missing or context.keys() - kind.placeholders.keys():
        raise BadContext(f"{kind.name} takes {sorted(kind.placeholders)}, got {sorted(context)}.")
    values = {}
    with translation.override(locale):
        for name in kind.placeholders:
            value = context.get(name, "")
            values[name] = value if isinstance(value, int) else text_of(kind, name, value)
    return values


def text_of(kind: MessageKind, name: str, value: Any) -> str:
    if not isinstance(value, str | Promise):
        raise BadContext(f"{kind.name}: {name} is {type(value).__name__}, not a text or number.")
    text = str(value)
    if not text and name not in kind.optional:
        raise BadContext(f"{kind.name}: {name} is empty.")
    # Never an address made from a request's Host header (trust 35).
    if is_link(name) and text and not text.startswith(f"{settings.SITE_URL}/"):
        raise BadContext(f"{kind.name}: {name} does not begin with SITE_URL.")
    return text


@transaction.atomic
def resend_message(message: Message, *, address: str, by: "User", now: datetime) -> Message:
    """The same words once more, to a corrected address; a new message that names the first.

    Raises MayNotResend, CannotResend (its values were wiped), InvalidAddress. Asked twice for the
    same address it is done once.
    """
    if not may_resend(by):
        raise MayNotResend
    if message.context is None or message.is_secret:
        raise CannotResend
    to = checked_address(address, Channel(message.channel))
    again = Message(
        key=f"resend:{message.pk}:{sha256(to.encode()).hexdigest()[:24]}",
        kind=message.kind,
        topic=message.topic,
        channel=message.channel,
        recipient=message.recipient,
        address=to,
        locale=message.locale,
        context=message.context,
        resent_from=message,
        queued_at=now,
    )
    sent = write_down(again, now=now)
    if sent.pk == again.pk:
        record(
            action="notifications.message_resent",
            by=by,
            on=sent,
            before={"message": str(message.pk)},
            after={"kind": sent.kind},
            now=now,
        )
    return sent


@transaction.atomic
def try_message_again(message: Message, *, by: "User", now: datetime) -> None:
    """Queue a failed message anew. Raises MayNotResend, NotFailed, CannotResend."""
    if not may_resend(by):
        raise MayNotResend
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.state != MessageState.FAILED:
        raise NotFailed
    if locked.context is None:
        raise CannotResend
    locked.state, locked.reason, locked.error = MessageState.QUEUED, "", ""
    # Its time begins anew: else one given up for its age would be given up again.
    locked.queued_at, locked.failed_at = now, None
    locked.save(update_fields=["state", "reason", "error", "queued_at", "failed_at"])
    announce(MessageQueued(message_id=locked.pk), about=locked)


def may_resend(by: Any) -> bool:
    return bool(by.has_perm("notifications.change_message"))
