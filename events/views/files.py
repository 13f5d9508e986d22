"""What belongs to an event and is no page: its calendar entry, its colours, its picture."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from events.showing.calendar import calendar_of
from events.showing.event import ShownEvent
from events.showing.look import digest_of as digest_of_look
from events.showing.look import look_of
from events.showing.passes import has_pass
from events.showing.pictures import digest_of as digest_of_picture
from events.showing.pictures import draw_picture
from events.views.event import PRIVATE, published, tags_of
from ticketing.core.pages import made_from, public_page

FOR_EVER = "public, max-age=31536000, immutable"


@public_page()
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    shown = published(slug, now=timezone.now())
    if not shown.is_private:
        return made_from(entry_of(shown), *tags_of(shown.event))
    if not has_pass(request, shown.event):
        raise Http404
    answer = entry_of(shown)
    answer.headers["Cache-Control"] = PRIVATE
    return answer


def entry_of(shown: ShownEvent) -> HttpResponse:
    if shown.when is None:
        raise Http404  # nobody knows when
    name = f"{shown.event.slug}.ics"
    return HttpResponse(
        calendar_of(shown),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def look(request: HttpRequest, accent: str, digest: str) -> HttpResponse:
    """A stylesheet that follows from its own address; others than ours are not there."""
    colour = f"#{accent}"
    if digest != digest_of_look(colour):
        raise Http404
    return HttpResponse(
        look_of(colour),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": FOR_EVER},
    )


@public_page(shared=24 * 3600)
def picture(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """An old address leads to the picture as it is now."""
    shown = published(slug, now=timezone.now())
    if shown.is_private:
        raise Http404
    current = digest_of_picture(shown)
    if digest != current:
        return redirect("event-picture", slug, current)
    answer = HttpResponse(draw_picture(shown), content_type="image/png")
    # Messengers fetch it from their own sites.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return made_from(answer, *tags_of(shown.event))
