"""What was written to people: before it is sent in the record, afterwards in the mail itself."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core import mail

from accounts.notifications.models import Message


def kinds_sent() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def last_message(kind: str) -> Message:
    return Message.objects.filter(kind=kind).latest("pk")


def link_of_last(kind: str) -> str:
    """The link in the newest message of a kind; once it is sent the record has it no more."""
    message = last_message(kind)
    if message.context is not None:
        return str(message.context["link"])
    bodies = [str(sent.body) for sent in mail.outbox if message.address in sent.to]
    return str(re.findall(r"https?://\S+", bodies[-1])[0])


def key_of_last(kind: str) -> str:
    """The key in that link: of its query, else the last part of its path."""
    parts = urlsplit(link_of_last(kind))
    query = parse_qs(parts.query)
    return query["key"][0] if "key" in query else parts.path.rstrip("/").rpartition("/")[2]


def last_context(kind: str) -> dict[str, Any]:
    return dict(last_message(kind).context or {})
