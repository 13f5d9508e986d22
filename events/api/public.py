"""The catalogue for everybody: the same answer for all who ask, kept by caches."""

from dataclasses import dataclass, fields
from typing import Any

from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.calls import OpenView
from accounts.domain.guessing import count_guess
from events.api.asking import (
    FILTERS,
    LANG,
    QUERY,
    AskedEvents,
    InLanguage,
    asked_of,
    language_of,
    wanted_of,
)
from events.api.examples import AN_EVENT, EVENTS_NEARBY, WHAT_IS_LEFT
from events.api.showing import (
    AvailabilitySerializer,
    CategoriesSerializer,
    EventSerializer,
    EventsSerializer,
)
from events.domain.offers import OnOffer, on_offer
from events.domain.opening import NoSuchEvent, open_event
from events.models import Category, Event
from events.queries.pages import EventPage, Offer, event_page
from events.search.finding import find_events
from events.search.paging import Page, cursor_of, page_of
from ticketing.core.pages import made_from, public_page
from ticketing.core.paging import address_of

ACCESS_CODE = "X-Access-Code"
CODES = [
    OpenApiParameter(
        ACCESS_CODE, str, OpenApiParameter.HEADER,
        description="Opens a private event, or shows hidden tickets.",
    ),
    OpenApiParameter(
        "access_code", str,
        description=f"The same in the address, for links; better in the header `{ACCESS_CODE}`.",
    ),
]  # fmt: skip


class OpenToRead(APIView):
    """Its GET is for everybody, and no token changes the answer; the rest is as it was."""

    @property
    def reads(self) -> bool:
        return getattr(self.request, "method", None) in SAFE_METHODS

    def get_authenticators(self) -> list[Any]:
        return [] if self.reads else super().get_authenticators()

    def get_permissions(self) -> Any:
        return [AllowAny()] if self.reads else super().get_permissions()


class ReadEvents(OpenToRead):
    @extend_schema(
        operation_id="events_list", parameters=FILTERS, responses=EventsSerializer,
        examples=[EVENTS_NEARBY],
    )  # fmt: skip
    @method_decorator(public_page(shared=30, tags=("events",), query=QUERY))
    def get(self, request: Request) -> Response:
        """What is on and to come. Filters go together; a page goes on where another ended."""
        asked = asked_of(AskedEvents, request)
        wanted, language = wanted_of(asked), language_of(asked)
        cursor = cursor_of(asked["cursor"], wanted.order) if "cursor" in asked else None
        found = find_events(wanted, now=timezone.now(), language=language)
        page = page_of(
            found, wanted.order, size=asked["page_size"], cursor=cursor, language=language
        )
        return Response(EventsSerializer(with_addresses(page, request)).data)


class ReadEvent(OpenToRead):
    @extend_schema(parameters=[LANG, *CODES], responses=EventSerializer, examples=[AN_EVENT])
    @method_decorator(public_page(shared=30, tags=("taxes",), query=("lang",)))
    def get(self, request: Request, slug: str) -> Response:
        """With the tickets that are shown to who asks; whether they can be had, `availability`
        says."""
        page = looked_at(request, slug)
        return answer(EventSerializer(page).data, page)


class Availability(OpenView):
    @extend_schema(parameters=CODES, responses=AvailabilitySerializer, examples=[WHAT_IS_LEFT])
    @method_decorator(public_page(shared=1))
    def get(self, request: Request, slug: str) -> Response:
        """What can be had of each ticket, at most two seconds ago. Only booking is exact."""
        page = looked_at(request, slug)
        shown = {"as_of": page.as_of, "ticket_types": page.states}
        return answer(AvailabilitySerializer(shown).data, page)


class Categories(OpenView):
    @extend_schema(
        operation_id="categories_list", parameters=[LANG], responses=CategoriesSerializer
    )
    @method_decorator(public_page(shared=300, tags=("categories",), query=("lang",)))
    def get(self, request: Request) -> Response:
        """In the order in which the site shows them."""
        language = language_of(asked_of(InLanguage, request))
        rows = [
            {"slug": one.slug, "name": one.name_in(language)}
            for one in Category.objects.prefetch_related("names")
        ]
        return Response({"next": None, "previous": None, "results": rows})


@dataclass(frozen=True)
class LookedAt(EventPage):
    """An event as somebody sees it who brought a code, or none."""

    as_of: Any
    states: list[OnOffer]
    brought_code: bool

    @property
    def on_offer(self) -> list[Offer]:
        shown = {one.ticket_type.pk for one in self.states}
        return [one for one in self.ticket_types if one.id in shown]

    @property
    def price_from(self) -> Any:
        return min((one.price for one in self.on_offer), default=None)

    @property
    def price_to(self) -> Any:
        return max((one.price for one in self.on_offer), default=None)


def looked_at(request: Request, slug: str) -> LookedAt:
    """Raises NoSuchEvent, TooManyGuesses."""
    now, language = timezone.now(), language_of(asked_of(InLanguage, request))
    code = request.headers.get(ACCESS_CODE) or request.query_params.get("access_code", "")
    page = event_page(Event.objects.published(), slug=slug, language=language, now=now)
    if page is None:
        if code:  # counted as if there were one, so that nobody can tell
            count_guess(f"event {slug}")
        raise NoSuchEvent
    discount = open_event(page.event, code[:100], now=now)
    states = on_offer(
        page.event,
        [one.ticket_type for one in page.ticket_types],
        {one.ticket_type.pool_id: one.pool for one in page.ticket_types},
        now=now,
        discount=discount,
    )
    facts = {field.name: getattr(page, field.name) for field in fields(EventPage)}
    return LookedAt(**facts, as_of=now, states=states, brought_code=bool(code))


def answer(shown: Any, page: LookedAt) -> Response:
    """What a code has opened is for who brought it, and for no cache."""
    response = Response(shown)
    if page.brought_code:
        response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, [ACCESS_CODE])
    event = page.event
    return made_from(
        response, f"event:{event.pk}", f"venue:{event.venue_id}", f"organizer:{event.organizer_id}"
    )


def with_addresses(page: Page, request: Request) -> dict[str, Any]:
    return {
        "next": address_of(page.next, request),
        "previous": address_of(page.previous, request),
        "results": page.cards,
    }
