"""What people want to hear from us, and on which channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.notifications.domain.addresses import mailbox
from accounts.notifications.enums import ALWAYS_WANTED, WANTED_UNLESS_SAID, Channel, Topic
from accounts.notifications.models import Message, Preference
from ticketing.core.errors import InvalidInput

if TYPE_CHECKING:
    from accounts.models import User

type Choice = tuple[Channel, Topic]


class CannotSwitchOff(InvalidInput):
    code = "always_sent"
    message = _("What concerns the safety of your account is always sent.")


class UnknownChoice(InvalidInput):
    code = "unknown_preference"
    message = _("There is no such channel or topic.")


@dataclass(frozen=True)
class Preferences:
    """Every channel and topic, with what was said or else what holds by itself."""

    wanted: Mapping[Choice, bool]

    def is_wanted(self, channel: Channel, topic: Topic) -> bool:
        return self.wanted[channel, topic]

    def as_data(self) -> dict[str, dict[str, bool]]:
        """As `/me/preferences` has it: per channel and topic, marketing apart."""
        data = {
            channel.value: {
                topic.value: self.wanted[channel, topic]
                for topic in Topic
                if topic is not Topic.MARKETING
            }
            for channel in Channel
        }
        marketing = {c.value: self.wanted[c, Topic.MARKETING] for c in Channel}
        return {**data, Topic.MARKETING.value: marketing}


def choices_of_data(data: Mapping[str, Any]) -> dict[Choice, bool]:
    """What `as_data` gives, read again; parts may be left out. Raises UnknownChoice."""
    choices = {}
    for first, inner in data.items():
        if not isinstance(inner, Mapping):
            raise UnknownChoice(field=str(first))
        for second, is_on in inner.items():
            pair = (second, first) if first == Topic.MARKETING else (first, second)
            if not isinstance(is_on, bool) or (
                first != Topic.MARKETING and second == Topic.MARKETING
            ):
                raise UnknownChoice(field=f"{first}.{second}")
            try:
                choices[Channel(pair[0]), Topic(pair[1])] = is_on
            except ValueError:
                raise UnknownChoice(field=f"{first}.{second}") from None
    return choices


def preferences_of(user: "User") -> Preferences:
    said = {(row.channel, row.topic): row.is_wanted for row in Preference.objects.filter(user=user)}
    return Preferences(
        {
            (channel, topic): said.get((channel, topic), topic in WANTED_UNLESS_SAID[channel])
            for channel in Channel
            for topic in Topic
        }
    )


@transaction.atomic
def set_preferences(user: "User", wanted: Mapping[Choice, bool], *, now: datetime) -> Preferences:
    """Keep what the person said; what is not in `wanted` stays. Raises CannotSwitchOff."""
    if any(topic in ALWAYS_WANTED and not is_on for (_, topic), is_on in wanted.items()):
        raise CannotSwitchOff
    before = preferences_of(user)
    changed = {
        choice: is_on
        for choice, is_on in wanted.items()
        if choice[1] not in ALWAYS_WANTED and before.wanted[choice] != is_on
    }
    if not changed:
        return before
    keep(changed, now=now, user=user)
    record(
        action="notifications.preferences_changed",
        by=user,
        on=user,
        before={name_of(choice): not is_on for choice, is_on in changed.items()},
        after={name_of(choice): is_on for choice, is_on in changed.items()},
        now=now,
    )
    return Preferences({**before.wanted, **changed})


def keep(
    choices: Mapping[Choice, bool],
    *,
    now: datetime,
    user: "User | None" = None,
    address: str = "",
) -> None:
    rows = [
        Preference(
            user=user,
            address=mailbox(address),
            channel=channel,
            topic=topic,
            is_wanted=is_on,
            changed_at=now,
        )
        for (channel, topic), is_on in choices.items()
    ]
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "address", "channel", "topic"],
        update_fields=["is_wanted", "changed_at"],
    )


def name_of(choice: Choice) -> str:
    return f"{choice[0]}.{choice[1]}"


def is_wanted(message: Message) -> bool:
    """Whether the one it goes to wants to hear of its topic on its channel."""
    channel, topic = Channel(message.channel), Topic(message.topic)
    if topic in ALWAYS_WANTED:
        return True
    whose = Q(user=message.recipient_id) if message.recipient_id else Q(address=message.address)
    said = Preference.objects.filter(whose, channel=channel, topic=topic).first()
    return said.is_wanted if said else topic in WANTED_UNLESS_SAID[channel]
