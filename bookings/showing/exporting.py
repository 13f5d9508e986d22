"""Lists of attendees as files for spreadsheets: streamed, and safe to open.

A spreadsheet takes a text that begins like a formula for one, and runs it. In CSV such a text gets
an apostrophe before it; in XLSX every text is typed as text, and marked so that it stays one when
somebody edits it (OWASP: CSV injection).
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from bookings.enums import TicketStatus
from bookings.models import AnswerFile
from bookings.queries.attendees import (
    Attendee,
    Which,
    attendee_stream,
    names_of_files,
    questions_asked,
)
from events.enums import QuestionKind, QuestionScope
from events.models import Event, Question
from ticketing.core.money import Money

type Cell = str | int | Decimal | datetime | None
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 500
FORMULAS = ("=", "+", "-", "@")
CONTROLS = ("\t", "\r", "\n")
# So that spreadsheets know the letters.
BOM = "\ufeff"


@dataclass(frozen=True)
class Column:
    title: str
    value: Callable[[Attendee], Cell]


def columns_of(event: Event, *, sees_money: bool) -> list[Column]:
    zone, words = event.zone, dict(TicketStatus.choices)

    def at(moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(zone).replace(tzinfo=None, microsecond=0)

    def money(minor: int) -> Decimal:
        return Money(minor, event.currency).amount

    columns = [
        Column(_("Ticket"), lambda one: one.serial),
        Column(_("Booking"), lambda one: one.reference),
        Column(_("Type"), lambda one: one.ticket_type),
        Column(_("Status"), lambda one: str(words[TicketStatus(one.status)])),
        Column(_("Name"), lambda one: one.name),
        Column(_("E-mail address"), lambda one: one.email),
        Column(_("Buyer"), lambda one: one.buyer_name),
        Column(_("Buyer's e-mail address"), lambda one: one.buyer_email),
        Column(_("Buyer's telephone number"), lambda one: one.buyer_phone),
        Column(_("Booked (%(zone)s)") % {"zone": zone}, lambda one: at(one.booked_at)),
        Column(_("Came in (%(zone)s)") % {"zone": zone}, lambda one: at(one.came_in_at)),
        Column(_("Complimentary"), lambda one: _("yes") if one.is_comp else ""),
        Column(_("Code"), lambda one: one.code or ""),
    ]
    if sees_money:
        currency = {"currency": event.currency}
        columns += [
            Column(_("Price (%(currency)s)") % currency, lambda one: money(one.unit_price)),
            Column(_("Tax in it (%(currency)s)") % currency, lambda one: money(one.tax)),
            Column(
                _("Without tax (%(currency)s)") % currency,
                lambda one: money(one.unit_price - one.tax),
            ),
        ]
    questions = questions_asked(event)
    files: dict[str, str] = {}
    if any(one.kind == QuestionKind.FILE for one in questions):
        files = names_of_files(AnswerFile.objects.filter(event=event))
    return columns + [asked(one, files) for one in questions]


def asked(question: Question, files: Mapping[str, str]) -> Column:
    """A file stands there by its name alone: a spreadsheet is passed on."""
    key, is_of_order = str(question.pk), question.scope == QuestionScope.ORDER

    def answer(one: Attendee) -> str:
        given: Any = (one.order_answers if is_of_order else one.answers).get(key, "")
        if question.kind == QuestionKind.FILE:
            return files.get(str(given), "")
        return ", ".join(map(str, given)) if isinstance(given, list) else str(given)

    return Column(question.label, answer)


def rows_of(columns: Sequence[Column], attendees: Iterable[Attendee]) -> Iterator[list[Cell]]:
    yield [one.title for one in columns]
    for attendee in attendees:
        yield [column.value(attendee) for column in columns]


def export_rows(
    event: Event, which: Which | None = None, *, sees_money: bool
) -> Iterator[list[Cell]]:
    columns = columns_of(event, sees_money=sees_money)
    return rows_of(columns, attendee_stream(event, which))


# --- CSV ---------------------------------------------------------------------------------------


def as_csv(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """In pieces, as they come."""
    buffer = StringIO(BOM)
    buffer.seek(0, 2)
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, 1):
        writer.writerow([plain(cell) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield taken_from(buffer)
    yield taken_from(buffer)


def taken_from(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def plain(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return f"'{cell}" if isinstance(cell, str) and is_like_a_formula(cell) else cell


def is_like_a_formula(text: str) -> bool:
    """Also after blanks, which some spreadsheets pass over."""
    return text.startswith(CONTROLS) or text.lstrip().startswith(FORMULAS)


# --- XLSX --------------------------------------------------------------------------------------


def as_xlsx(rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A file that is gone when it is closed. Rows are written as they come and not kept."""
    file = TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    styles = Styles(
        title=book.add_format({"bold": True}),
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        text=book.add_format({"quote_prefix": True}),
    )
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            write(sheet, number, place, cell, styles)
    book.close()
    file.seek(0)
    return file


@dataclass(frozen=True)
class Styles:
    title: Any
    moment: Any
    text: Any


def write(sheet: Any, row: int, place: int, cell: Cell, styles: Styles) -> None:
    """By its kind: a text is never taken for a formula, a number or an address."""
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell, styles.moment)
    elif isinstance(cell, str):
        style = styles.text if is_like_a_formula(cell) else None
        sheet.write_string(row, place, cell, styles.title if row == 0 else style)
    else:
        sheet.write_number(row, place, cell)
