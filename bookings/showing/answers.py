"""Files as answers, of pages and of the API alike: for one reader, and kept by nobody on the way."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import (
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header

from bookings.domain.files import PDF, Printed
from bookings.showing.exporting import CSV, XLSX, Cell, as_csv, as_xlsx
from events.models import Event

type Rows = Iterable[Sequence[Cell]]
CALENDAR = "text/calendar"
PIECE = 64 * 1024
FOR_NOBODY_ELSE = "private, no-store"


def file_answer(made: Printed) -> HttpResponse:
    answer = (
        HttpResponseRedirect(made.link)
        if made.link
        else HttpResponse(
            made.content, content_type=PDF, headers={"Content-Disposition": saved_as(made.filename)}
        )
    )
    answer.headers["Cache-Control"] = FOR_NOBODY_ELSE
    return answer


def calendar_answer(reference: str, content: bytes) -> HttpResponse:
    headers = attachment(f"{reference}.ics")
    return HttpResponse(content, content_type=f"{CALENDAR}; charset=utf-8", headers=headers)


def saved_as(filename: str) -> str:
    return content_disposition_header(as_attachment=True, filename=filename) or "attachment"


def csv_answer(event: Event, rows: Rows) -> HttpResponseBase:
    return csv_saved_as(attendees_of(event, "csv"), rows)


def csv_saved_as(filename: str, rows: Rows) -> HttpResponseBase:
    return StreamingHttpResponse(as_csv(rows), content_type=CSV, headers=attachment(filename))


def xlsx_answer(event: Event, rows: Rows) -> HttpResponseBase:
    headers = attachment(attendees_of(event, "xlsx"))
    return StreamingHttpResponse(xlsx_pieces(rows), content_type=XLSX, headers=headers)


def xlsx_pieces(rows: Rows) -> Iterator[bytes]:
    """Made when it is first asked for, and gone when all of it is sent."""
    with as_xlsx(rows) as file:
        while piece := file.read(PIECE):
            yield piece


def attendees_of(event: Event, ending: str) -> str:
    return f"{event.slug}-attendees.{ending}"


def attachment(filename: str) -> dict[str, str]:
    return {"Content-Disposition": saved_as(filename), "Cache-Control": FOR_NOBODY_ELSE}
