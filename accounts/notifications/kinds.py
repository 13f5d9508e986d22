"""What can be said to people: each kind of message, declared as data in `<app>/messages.py`.

    KINDS = [
        MessageKind(
            name="reset_password",
            title=_("Reset the password"),
            topic=Topic.SECURITY,
            placeholders={"name": "Ada", "link": "/reset/3f9c/"},
            is_secret=True,
            expires_after=timedelta(hours=1),
        ),
    ]

Its words stand in templates/mails/<name>/: subject.txt and body.md for mails, note.txt for text
and push messages. A placeholder named `link…` holds an address of this site, nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import module_has_submodule

from accounts.notifications.enums import ALWAYS_WANTED, Channel, Topic

NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    name: str
    title: Any
    """What staff call it; a lazy translation."""
    topic: Topic
    placeholders: Mapping[str, Any]
    """Each with an example, for the gallery and for previews; a link's is a path."""
    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    is_secret: bool = False
    """What it says opens something: its values are wiped once it is sent."""
    expires_after: timedelta | None = None
    """After that it is worth nothing, and is not sent."""
    optional: frozenset[str] = field(default_factory=frozenset)
    """Placeholders that may be empty."""
    markdown: str = ""
    """The placeholder whose value is Markdown that somebody of a team wrote, in which the others
    may stand in braces. Our words have it in a paragraph of its own."""

    @property
    def can_be_unsubscribed(self) -> bool:
        return self.topic not in ALWAYS_WANTED

    @property
    def links(self) -> list[str]:
        return [name for name in self.placeholders if is_link(name)]

    def example(self) -> dict[str, Any]:
        return {
            name: f"{settings.SITE_URL}{value}" if is_link(name) else value
            for name, value in self.placeholders.items()
        }


def is_link(placeholder: str) -> bool:
    return placeholder.startswith("link")


class UnknownKind(LookupError):
    """No app declares such a message; perhaps a newer version of it does."""


_kinds: dict[str, MessageKind] = {}


def register(*kinds: MessageKind) -> None:
    for kind in kinds:
        names = [kind.name, *kind.placeholders]
        if wrong := [name for name in names if not NAME.fullmatch(name)]:
            raise ImproperlyConfigured(f"{kind.name}: {', '.join(wrong)} cannot be a name.")
        if kind.name in _kinds:
            raise ImproperlyConfigured(f"There are two kinds of message named {kind.name}.")
        if kind.markdown and kind.markdown not in kind.placeholders:
            raise ImproperlyConfigured(f"{kind.name}: what is Markdown must be a placeholder.")
        if kind.optional - kind.placeholders.keys():
            raise ImproperlyConfigured(f"{kind.name}: what is optional must be a placeholder.")
        _kinds[kind.name] = kind


def discover_kinds() -> None:
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "messages"):
            module = import_module(f"{app.name}.messages")
            register(*getattr(module, "KINDS", []))


def kind_named(name: str) -> MessageKind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"There is no kind of message named {name!r}.") from None


def all_kinds() -> Iterator[MessageKind]:
    return iter(sorted(_kinds.values(), key=lambda kind: kind.name))


def kinds_by_mail() -> list[MessageKind]:
    return [kind for kind in all_kinds() if Channel.EMAIL in kind.channels]
