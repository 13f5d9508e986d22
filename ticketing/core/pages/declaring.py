"""What a view says of its answer: for how long it may be repeated, and what it was made from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from ticketing.core.pages.addresses import asked_of, names_in
from ticketing.core.pages.flights import in_flight


@dataclass(frozen=True)
class Freshness:
    """How long an answer may be repeated, in seconds, what it was made from, and by which names
    in the query it may differ."""

    shared: int
    tags: tuple[str, ...] = ()
    query: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        return f"public, max-age=0, s-maxage={self.shared}, stale-while-revalidate={self.shared}"

    def covers(self, request: HttpRequest) -> bool:
        """Whether the query has only names that the view knows, each once: anybody can invent
        others, and each would be kept as a page of its own."""
        names = names_in(asked_of(request.META))
        return len(set(names)) == len(names) and set(names) <= set(self.query)


def public_page(
    *, shared: int = 30, tags: tuple[str, ...] = (), query: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Declare that a view's answer is the same for everybody.

    While one process makes it, others wait for it or repeat what they have.
    """
    declared = Freshness(shared, tags, query)

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_kept = declared.covers(request)
            if is_kept and (made := in_flight(request)):
                return made
            response = view(request, *args, **kwargs)
            if response.has_header("Cache-Control"):
                return response
            response.headers["Cache-Control"] = declared.header
            if is_kept:
                own = getattr(response, "made_from", ())
                response.freshness = replace(declared, tags=declared.tags + own)  # type: ignore[attr-defined] # read by the middleware
            return response

        return marked

    return decorate


def made_from[Response: HttpResponse](response: Response, *tags: str) -> Response:
    """Say what one answer shows beside what its view always shows."""
    response.made_from = tags  # type: ignore[attr-defined] # read just above
    return response
