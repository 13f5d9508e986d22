"""What a file of bookings says: its columns by their names, its lines with their problems in words."""

import csv
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.notifications.domain.addresses import InvalidAddress, checked_address
from accounts.notifications.domain.messages import supported_language
from accounts.notifications.enums import Channel
from bookings.domain.answers import kept_answers, questions_of
from bookings.domain.selling import MOST_PLACES
from bookings.rules import LONGEST_NAME
from events.enums import QuestionKind, QuestionScope
from events.models import Event, Question, TicketType
from ticketing.core.errors import InvalidInput

LARGEST_FILE = 5_000_000
MOST_LINES = 10_000
LONGEST_CELL = 5_000
# How people call their columns. What is called otherwise may be a question.
NAMES = {
    "email": ("email", "e-mail", "mail", "e-mail address", "email address", "adresse e-mail"),
    "name": ("name", "buyer", "full name", "nom"),
    "phone": ("phone", "telephone", "telephone number", "téléphone"),
    "ticket_type": ("ticket_type", "ticket type", "ticket", "type", "billet"),
    "quantity": ("quantity", "count", "number", "tickets", "quantité", "nombre"),
    "attendees": ("attendees", "who comes", "guests", "participants"),
    "language": ("language", "langue"),
    "note": ("note", "remark", "remarque"),
    "id": ("id", "reference", "booking", "order", "référence"),
}


class FileUnreadable(InvalidInput):
    code = "file_unreadable"
    message = gettext_lazy(
        "This is no table of text. Please save it as CSV, in UTF-8, with the names of the columns"
        " in the first line."
    )


class FileTooLarge(InvalidInput):
    code = "file_too_large"
    message = gettext_lazy("At most 10,000 lines and 5 MB are read at once. Please split the file.")


class ColumnMissing(InvalidInput):
    code = "column_missing"
    message = gettext_lazy(
        "There is no column “ticket type”. The first line names the columns: email, name, ticket"
        " type, quantity, attendees, phone, language, note, id."
    )


@dataclass(frozen=True)
class ReadLine:
    number: int
    """As spreadsheets count: the names of the columns are line 1."""
    key: str
    said: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Known:
    """What the event has that a line may name."""

    types: Mapping[str, TicketType]
    questions: Mapping[str, Question]
    language: str


class Wrong(Exception):
    """A cell that cannot be; its words are for the person who brings the file."""


def read_lines(event: Event, content: bytes) -> list[ReadLine]:
    """Raises FileUnreadable, FileTooLarge, ColumnMissing."""
    rows = table_in(content, field="file")
    if not rows:
        raise FileUnreadable(field="file")
    known, columns = known_of(event), [spelled(one) for one in rows[0]]
    places = {name: columns.index(name) for name in [*NAMES, *known.questions] if name in columns}
    if "ticket_type" not in places and len(known.types) != 1:
        raise ColumnMissing(field="file")
    if len(rows) - 1 > MOST_LINES:
        raise FileTooLarge(field="file")
    lines, times = [], Counter[str]()
    for number, row in enumerate(rows[1:], 2):
        cells = {name: row[at].strip() for name, at in places.items() if at < len(row)}
        if any(cells.values()):
            lines.append(read_line(number, cells, known, times, event=event))
    return lines


def table_in(content: bytes, *, field: str) -> list[list[str]]:
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(field=field)
    if b"\0" in content:
        raise FileUnreadable(field=field)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # as older spreadsheets save it
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileUnreadable(field=field) from error


def spelled(title: str) -> str:
    """The column's own name, whatever it is called in the file."""
    said = " ".join(title.split()).casefold()
    return next((name for name, words in NAMES.items() if said in words), said)


def known_of(event: Event) -> Known:
    types = TicketType.objects.filter(event=event, withdrawn_at=None)
    questions = [one for one in questions_of(event.pk) if one.scope == QuestionScope.ORDER]
    return Known(
        types={one.name.casefold(): one for one in types},
        questions={" ".join(one.label.split()).casefold(): one for one in questions},
        language=event.language,
    )


def read_line(
    number: int, cells: Mapping[str, str], known: Known, times: Counter[str], *, event: Event
) -> ReadLine:
    key = key_of(event, cells, times)
    try:
        return ReadLine(number, key, said_in(cells, known))
    except Wrong as wrong:
        return ReadLine(number, key, dict(cells), str(wrong))


def key_of(event: Event, cells: Mapping[str, str], times: Counter[str]) -> str:
    """By its id where the file has one; else by all it says, and the how manieth of its kind."""
    own = cells.get("id", "")
    facts = ["id", own] if own else sorted(cells.items())
    text = json.dumps([str(event.pk), facts], ensure_ascii=False)
    times[text] += 1
    nth = 0 if own else times[text]
    return sha256(f"{text}{nth}".encode()).hexdigest()


def said_in(cells: Mapping[str, str], known: Known) -> dict[str, Any]:
    """Raises Wrong with the first thing that is."""
    email, name = address_in(cells.get("email", "")), cells.get("name", "")
    if not email and not name:
        raise Wrong(_("There is neither an e-mail address nor a name."))
    quantity = quantity_in(cells.get("quantity", ""))
    names = names_in(cells.get("attendees", ""))
    if len(names) > quantity:
        raise Wrong(_("There are more names than tickets."))
    if any(len(one) > LONGEST_NAME for one in (name, *names)):
        raise Wrong(_("A name is too long."))
    return {
        "email": email,
        "name": name,
        "phone": cells.get("phone", "")[:40],
        "ticket_type": str(type_in(cells.get("ticket_type", ""), known).pk),
        "quantity": quantity,
        "attendees": names,
        "language": supported_language(cells.get("language") or known.language),
        "note": cells.get("note", "")[:LONGEST_CELL],
        "answers": answers_in(cells, known),
    }


def address_in(text: str) -> str:
    if not text:
        return ""
    try:
        return checked_address(text, Channel.EMAIL)
    except InvalidAddress:
        raise Wrong(_("“%(text)s” is no e-mail address.") % {"text": text[:80]}) from None


def quantity_in(text: str) -> int:
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PLACES:
        words = _("“%(text)s” is no number of tickets: at least 1, at most %(most)s.")
        raise Wrong(words % {"text": text[:20], "most": MOST_PLACES})
    return int(text)


def names_in(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\n", ";").split(";") if one.strip()]


def type_in(text: str, known: Known) -> TicketType:
    if not text and len(known.types) == 1:
        return next(iter(known.types.values()))
    found = known.types.get(text.casefold())
    if found is None:
        there = ", ".join(f"“{one.name}”" for one in known.types.values())
        words = _("There is no ticket type “%(text)s”. There are: %(there)s.")
        raise Wrong(words % {"text": text[:80], "there": there})
    return found


def answers_in(cells: Mapping[str, str], known: Known) -> dict[str, Any]:
    given = {
        str(question.pk): answer_in(question, cells[label])
        for label, question in known.questions.items()
        if cells.get(label)
    }
    try:
        return kept_answers(
            known.questions.values(), given, scope=QuestionScope.ORDER, where="answers"
        )
    except InvalidInput as error:
        key = (error.field or "").rpartition(".")[2]
        label = next((one.label for one in known.questions.values() if str(one.pk) == key), key)
        raise Wrong(f"{label}: {error}") from None


def answer_in(question: Question, text: str) -> Any:
    return names_in(text) if question.kind == QuestionKind.CHOICES else text
