"""How what people wrote comes into a mail: last, and as text.

Words of ours (or of staff) are put together, made HTML and sanitised with a token in the place
of each value; only then the values take the tokens' places, escaped for where they stand. So no
value is ever read as a template, as Markdown or as HTML (trust 32, 33).
"""

import re
import secrets
from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from accounts.notifications.kinds import is_link

LONGEST_VALUE = 500
# Line breaks and other controls, and marks that turn the direction of what follows.
CONTROLS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
# What mail programs make links of by themselves, even in plain text.
LOOKS_LIKE_A_LINK = re.compile(r"(?<=\w)\.(?=[^\W\d_])|(?<=:)(?=//)")
UNSEEN = "\u200c"
# {name} alone: neither {{name}} nor {name.attribute} nor {name!r} is a placeholder.
PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})")
# In words of staff a link that stands bare is made one that can be followed.
BARE = r"(?<![(<{])\{%s\}(?![)>}])"


class LeftOver(ValueError):
    """A value did not find its place: the words changed its token."""


def one_line(text: str) -> str:
    """Fold what would begin a new line, in a header above all, into a space."""
    return CONTROLS.sub(" ", text).strip()


def cleaned(name: str, value: Any) -> str:
    """A value as it may be shown. Who writes through us to strangers advertises nothing: what
    a mail program would turn into a link by itself is parted by an unseen character."""
    text = one_line(str(value))
    if is_link(name):
        return text
    if len(text) > LONGEST_VALUE:
        text = f"{text[: LONGEST_VALUE - 1]}…"
    if name.endswith("address"):
        return text
    return LOOKS_LIKE_A_LINK.sub(lambda found: found[0] + UNSEEN, text)


class Slots:
    """The tokens of one message, and what takes their places."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        # Drawn anew each time, so that no value and no template can contain a token.
        self.mark = f"q{secrets.token_hex(8)}"
        self.values = {name: cleaned(name, value) for name, value in values.items()}
        self.names = list(self.values)
        token = rf"https://{self.mark}(\d\d)\.invalid/?|{self.mark}(\d\d)z"
        self.token = re.compile(token)
        self.token_in_html = re.compile(rf'href="([^"]*)"|{token}')

    def token_of(self, name: str) -> str:
        number = f"{self.mark}{self.names.index(name):02}"
        return f"https://{number}.invalid/" if is_link(name) else f"{number}z"

    def for_template(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a template of ours is rendered with: numbers, which choose plurals, as they are;
        what is empty is empty, so that it can be asked for."""
        return {
            name: given[name] if isinstance(given[name], int) else value and self.token_of(name)
            for name, value in self.values.items()
        }

    def into_words(self, words: str) -> str:
        """Words of staff, whose {placeholders} become tokens; anything else stays as it is."""
        for name in filter(is_link, self.names):
            words = re.sub(BARE % name, f"<{{{name}}}>", words)
        return PLACEHOLDER.sub(
            lambda found: self.token_of(found[1]) if found[1] in self.values else found[0], words
        )

    def fill_text(self, text: str) -> str:
        return self.fill(self.token, text, lambda found: self.value(found[1] or found[2]))

    def fill_html(self, html: str) -> str:
        def put(found: re.Match[str]) -> str:
            address, *numbers = found.groups()
            if address is not None:
                return f'href="{self.fill_address(address)}"'
            return escape(self.value(numbers[0] or numbers[1]))

        return self.fill(self.token_in_html, html, put)

    def fill_address(self, address: str) -> str:
        """Within an address only a link may be an address; anything else is a part of it."""

        def put(found: re.Match[str]) -> str:
            if found[1]:
                return escape(self.value(found[1]))
            return quote(self.value(found[2]), safe="")

        return self.token.sub(put, address)

    def value(self, number: str) -> str:
        return self.values[self.names[int(number)]]

    def fill(self, pattern: re.Pattern[str], text: str, put: Callable[[re.Match[str]], str]) -> str:
        filled = pattern.sub(put, text)
        if self.mark in filled.lower():
            raise LeftOver("A placeholder is used in a way that cannot be filled.")
        return filled
