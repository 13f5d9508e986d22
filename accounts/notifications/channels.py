"""How a written message leaves the house: one sender for each channel, alike to whoever sends.

`send` returns the provider's number for it, if there is one. It raises Away when the same may
work later, Refused when it will not, Unreachable when the channel does not lead to this person,
and anything else for a mistake of ours.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.module_loading import import_string

from accounts.notifications.enums import Channel
from accounts.notifications.models import Message

LONGEST_WORDS = 500


class Away(Exception):
    """Not now. The words name no person: they are logged."""


class Refused(Exception):
    """Not this message, ever. `is_address_dead`: nothing else to this address either."""

    def __init__(self, words: str, *, is_address_dead: bool = False) -> None:
        super().__init__(words)
        self.words, self.is_address_dead = words[:LONGEST_WORDS], is_address_dead


class Unreachable(Exception):
    """The person has nothing that this channel leads to, or the channel is switched off."""


class Sender(Protocol):
    def send(self, message: Message, content: Any, headers: Mapping[str, str], /) -> str: ...


SENDERS = {
    Channel.EMAIL: "accounts.notifications.senders.email.EmailSender",
    Channel.SMS: "accounts.notifications.senders.sns.SMSSender",
    Channel.PUSH: "accounts.notifications.senders.sns.PushSender",
}


def sender_of(channel: Channel) -> Sender:
    """Loaded when first used: the web process needs no provider's library."""
    sender: Sender = import_string(SENDERS[channel])()
    return sender
