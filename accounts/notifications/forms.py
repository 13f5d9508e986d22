from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.notifications.domain.preferences import (
    Choice,
    Preferences,
    preferences_of,
    set_preferences,
)
from accounts.notifications.enums import ALWAYS_WANTED, Channel, Topic

if TYPE_CHECKING:
    from accounts.models import User


class PreferencesForm(forms.Form):
    """One box for each topic that can be chosen, on each channel that the site has.

    templates/accounts/notifications/preferences_form.html shows it.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        user: "User",
        channels: Iterable[Channel] = (Channel.EMAIL,),
    ) -> None:
        super().__init__(data)
        self.user, self.channels = user, list(channels)
        now = preferences_of(user)
        for channel, topic in self.choices():
            self.fields[name_of(channel, topic)] = forms.BooleanField(
                label=topic.label, required=False, initial=now.is_wanted(channel, topic)
            )

    def choices(self) -> list[Choice]:
        return [(c, t) for c in self.channels for t in Topic if t not in ALWAYS_WANTED]

    def groups(self) -> list[dict[str, Any]]:
        """For the template: the fields by channel."""
        return [
            {
                "label": channel.label,
                "fields": [self[name_of(c, t)] for c, t in self.choices() if c is channel],
            }
            for channel in self.channels
        ]

    def save(self, *, now: datetime) -> Preferences:
        wanted = {choice: self.cleaned_data[name_of(*choice)] for choice in self.choices()}
        return set_preferences(self.user, wanted, now=now)


def name_of(channel: Channel, topic: Topic) -> str:
    return f"{channel}_{topic}"
