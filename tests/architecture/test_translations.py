"""No string escapes translation, and French is complete."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template.base import Lexer, TokenType

BASE_DIR = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path for kind in ("html", "md", "txt") for path in (BASE_DIR / "templates").rglob(f"*.{kind}")
)
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "content", "placeholder", "title"}
# What stands in `content` of these is for machines.
MACHINES_META = {
    "viewport", "theme-color", "color-scheme", "supported-color-schemes", "format-detection", "robots",
    "og:type", "og:image:width", "og:image:height", "og:locale", "twitter:card",
}  # fmt: skip


class SpokenText(HTMLParser):
    """The words in a template's own HTML that a person would read or hear."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)
        given = dict(attrs)
        for name, value in attrs:
            if (
                name in SPOKEN_ATTRIBUTES
                and (given.get("name") or given.get("property")) not in MACHINES_META
            ):
                self.note(value or "")

    def handle_endtag(self, tag):
        if tag in self.inside:
            self.inside = self.inside[: len(self.inside) - self.inside[::-1].index(tag) - 1]

    def handle_data(self, data):
        if not {"script", "style", "code"} & set(self.inside):
            self.note(data)

    def note(self, text):
        self.words += re.findall(r"[^\W\d_]{2,}", text)


def unwrapped_words(source):
    """Words outside of every template tag; what `blocktranslate` wraps is wrapped."""
    html, is_wrapped = [], False
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            is_wrapped = is_wrapped or name in {"blocktranslate", "comment"}
            is_wrapped = is_wrapped and name not in {"endblocktranslate", "endcomment"}
            html.append(" ")
        elif token.token_type is TokenType.VAR:
            html.append("0")
        elif token.token_type is TokenType.TEXT and not is_wrapped:
            html.append(token.contents)
    parser = SpokenText()
    parser.feed("".join(html))
    return parser.words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_every_word_of_a_template_goes_through_gettext(path):
    assert unwrapped_words(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<img alt="A cat">', ["cat"]),
        ('<p>{% translate "Hello" %}{{ name }}</p>', []),
        ("{% blocktranslate %}Hello{% endblocktranslate %} there", ["there"]),
        ('<meta name="viewport" content="width=device-width">', []),
    ],
)
def test_the_search_for_unwrapped_words_finds_them(source, words):
    assert unwrapped_words(source) == words


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    """What `make messages` would gather from a copy of the project."""
    copy = tmp_path_factory.mktemp("messages")
    for name in ("accounts", "events", "bookings", "payments", "ticketing", "templates", "locale"):
        shutil.copytree(BASE_DIR / name, copy / name, ignore=shutil.ignore_patterns("static"))
    for name in ("manage.py", "tests/messages.sh"):
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(BASE_DIR / name, copy / name)
    subprocess.run(["sh", "tests/messages.sh", sys.executable], cwd=copy, check=True)
    return {path.parts[-3]: path for path in (copy / "locale").rglob("django.po")}


def catalog(path):
    with path.open("rb") as file:
        return read_po(file)


def test_french_is_complete(gathered):
    missing = [
        message.id
        for message in catalog(gathered["fr"])
        if message.id and (not all_filled(message.string) or message.fuzzy)
    ]

    assert missing == []


def all_filled(text):
    return all(text) if isinstance(text, tuple) else bool(text)


def test_french_is_gathered_from_the_code_as_it_is(gathered):
    committed = {message.id for message in catalog(BASE_DIR / "locale/fr/LC_MESSAGES/django.po")}

    assert committed == {message.id for message in catalog(gathered["fr"])}
