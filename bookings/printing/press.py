"""Tickets as a PDF: a page for each, black on white, the code large and the time larger still.

What takes long is kept for the life of the process: the style sheet, the fonts and a fetcher that
reaches nothing, neither files nor addresses, whatever is in a name (trust 43).
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from accounts.notifications.rendering.placeholders import one_line
from bookings.printing.qr import Drawing, drawing_of
from bookings.printing.sheets import Sheet

LONG_NAME, LONG_TITLE = 40, 50
# WeasyPrint's fonts are not made for two threads at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Press:
    style: Any
    fonts: Any
    fetcher: Any


@cache
def press(sheet: str = "pdf/ticket.css") -> Press:
    """Loaded when first used: most processes never print."""
    logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
    from weasyprint import CSS  # noqa: PLC0415 - loads Pango and much else
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above

    # It tells which letters of which name it found no font for: names are nobody's in a log.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    fonts = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols=["data"], allow_redirects=False, timeout=1)
    style = render_to_string(sheet)
    return Press(CSS(string=style, font_config=fonts, url_fetcher=fetcher), fonts, fetcher)


@dataclass(frozen=True)
class Page:
    sheet: Sheet
    drawing: Drawing
    name: str
    is_name_long: bool
    is_title_long: bool


def page_of(sheet: Sheet) -> Page:
    name = one_line(sheet.name)
    return Page(
        sheet=sheet,
        drawing=drawing_of(sheet.code),
        name=name,
        is_name_long=len(name) > LONG_NAME,
        is_title_long=len(sheet.title) > LONG_TITLE,
    )


def html_of(sheets: Sequence[Sheet]) -> str:
    """Everything that people wrote is escaped by the template."""
    language = sheets[0].language
    with translation.override(language):
        context = {
            "language": language,
            "title": one_line(sheets[0].title),
            "pages": [page_of(one) for one in sheets],
        }
        return render_to_string("pdf/tickets.html", context)


def print_tickets(sheets: Sequence[Sheet]) -> bytes:
    return print_html(html_of(sheets), "pdf/ticket.css")


def print_html(html: str, sheet: str) -> bytes:
    """With the style sheet of that name, on one press for the whole process."""
    with _one_at_a_time:
        kept = press(sheet)
        from weasyprint import HTML  # noqa: PLC0415 - loaded by the press

        document = HTML(string=html, url_fetcher=kept.fetcher)
        made: bytes = document.write_pdf(stylesheets=[kept.style], font_config=kept.fonts)
    return made
