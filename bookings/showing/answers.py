"""Files as answers, of pages and of the API alike: for one reader, and kept by nobody on the way."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header

from bookings.domain.files import PDF, Printed

CALENDAR = "text/calendar"
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
    headers = {
        "Content-Disposition": saved_as(f"{reference}.ics"),
        "Cache-Control": FOR_NOBODY_ELSE,
    }
    return HttpResponse(content, content_type=f"{CALENDAR}; charset=utf-8", headers=headers)


def saved_as(filename: str) -> str:
    return content_disposition_header(as_attachment=True, filename=filename) or "attachment"
