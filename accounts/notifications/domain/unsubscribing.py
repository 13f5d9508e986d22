"""Saying no with one click, without signing in (RFC 8058).

The address in the mail carries an encrypted token that names the reader, a channel and a topic:
nothing to guess, nothing to read in a proxy's log, and good for nothing but saying no.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.notifications.domain.preferences import keep, set_preferences
from accounts.notifications.enums import ALWAYS_WANTED, Channel, Topic
from accounts.notifications.models import Message
from ticketing.core.encryption import CannotDecrypt, decrypt, encrypt
from ticketing.core.errors import NotThere
from ticketing.core.site import site_address

PURPOSE = "notifications.unsubscribe"


class UnknownLink(NotThere):
    code = "unknown_link"
    message = _(
        "We do not know this link any more. Log in to choose what you hear of, or answer the mail."
    )


@dataclass(frozen=True)
class Subscription:
    """Who hears of what, and how: by user or, for a guest, by address."""

    user_id: str
    address: str
    channel: Channel
    topic: Topic


def unsubscribe_address(message: Message) -> str:
    user_id = str(message.recipient_id or "")
    address = "" if user_id else message.address
    token = token_of(Subscription(user_id, address, Channel(message.channel), Topic(message.topic)))
    return site_address("unsubscribe", token, language=message.locale)


def token_of(subscription: Subscription) -> str:
    facts = [
        subscription.user_id, subscription.address, subscription.channel, subscription.topic
    ]  # fmt: skip
    return encrypt(json.dumps(facts), purpose=PURPOSE)


def subscription_of(token: str) -> Subscription:
    """Raises UnknownLink."""
    try:
        user_id, address, channel, topic = json.loads(decrypt(token, purpose=PURPOSE))
        return Subscription(user_id, address, Channel(channel), Topic(topic))
    except (CannotDecrypt, ValueError):
        raise UnknownLink from None


@transaction.atomic
def unsubscribe(token: str, *, now: datetime) -> Subscription:
    """Write no more to this person on this topic. Doing it twice changes nothing more.

    Raises UnknownLink, also for somebody who is no longer there.
    """
    subscription = subscription_of(token)
    if subscription.topic in ALWAYS_WANTED:
        raise UnknownLink
    choice = (subscription.channel, subscription.topic)
    if subscription.user_id:
        user = get_user_model().objects.filter(pk=subscription.user_id).first()
        if user is None:
            raise UnknownLink
        set_preferences(user, {choice: False}, now=now)
    else:
        keep({choice: False}, now=now, address=subscription.address)
    return subscription
