"""What was written to people, read before it is sent: links of secret mails are wiped then."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from accounts.notifications.models import Message


def kinds_sent() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def last_message(kind: str) -> Message:
    return Message.objects.filter(kind=kind).latest("pk")


def last_context(kind: str) -> dict[str, Any]:
    return dict(last_message(kind).context)


def key_of_last(kind: str) -> str:
    """The key in the link of the newest message of a kind."""
    query = parse_qs(urlsplit(str(last_context(kind)["link"])).query)
    return query["key"][0]
