"""Pages that help people find something: home, the list, categories, organizers."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.enums import OrganizerStatus
from accounts.models import Organizer
from events.enums import Visibility
from events.forms import FindForm
from events.models import Category, Event
from events.queries.cards import cards
from events.queries.categories import NamedCategory, categories_with_something_on, named
from events.search.finding import Ordering, Wanted, find_events
from events.showing.cards import ShownCard, shown_cards
from events.showing.finding import (
    QUERY,
    chips_of,
    count_in_words,
    going_on,
    page_asked,
    wanted_by,
)
from ticketing.core.pages import made_from, public_page

PAGE = 24
COMING = 12
POPULAR = 4
PAST = 12


def language_now() -> str:
    return get_language() or "en"


@public_page(tags=("events",))
def home(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), language_now()
    coming = listed(find_events(Wanted(), now=now, language=language)[:COMING], now=now)
    popular = find_events(Wanted(ordering=Ordering.POPULAR), now=now, language=language)
    popular = popular.filter(listing__popularity__gt=0)[:POPULAR]
    context: dict[str, Any] = {"coming": coming}
    if coming:
        kinds = categories_with_something_on(language=language, now=now)
        context |= {
            "popular": listed(popular, now=now),
            "kinds": kinds,
            "form": find_form(request, kinds),
        }
    return render(request, "home.html", context)


@public_page(tags=("events",), query=QUERY)
def event_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    kinds = categories_with_something_on(language=language_now(), now=now)
    return found_page(request, now=now, kinds=kinds, kind=None)


@public_page(tags=("events",), query=QUERY)
def category(request: HttpRequest, slug: str) -> HttpResponse:
    now, language = timezone.now(), language_now()
    kinds = named(Category.objects.all(), language=language)
    kind = next((one for one in kinds if one.slug == slug), None)
    if kind is None:
        raise Http404
    return found_page(request, now=now, kinds=kinds, kind=kind)


def found_page(
    request: HttpRequest, *, now: datetime, kinds: list[NamedCategory], kind: NamedCategory | None
) -> HttpResponse:
    language = language_now()
    query = request.GET.copy()
    if kind:
        query["category"] = kind.slug
    form = find_form(request, kinds, query)
    form.is_valid()
    wanted = wanted_by(form, today=timezone.localdate(now))
    events = find_events(wanted, now=now, language=language)
    part = page_asked(events, wanted.order, request.GET, size=PAGE, language=language)
    address = reverse("event-list")
    query.pop("after", None)
    chips = chips_of(form, query, address=address, language=language)
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "kinds": kinds,
        "cards": shown_cards(part.cards, language=language, now=now),
        "words": form.cleaned_data.get("q", ""),
        "count": count_in_words(events),
        "more": going_on(request.GET, part.next),
        "chips": chips,
        "is_plain": not request.GET,
        "feed": reverse("category-feed", args=[kind.slug]) if kind else reverse("event-feed"),
    }
    if not part.cards:
        context["others"] = listed(
            find_events(Wanted(), now=now, language=language)[:POPULAR], now=now
        )
    return render(request, "events/list.html", context)


@public_page(query=("after",))
def organizer(request: HttpRequest, slug: str) -> HttpResponse:
    now, language = timezone.now(), language_now()
    found = Organizer.objects.filter(slug=slug, status=OrganizerStatus.ACTIVE).first()
    if found is None:
        raise Http404
    wanted = Wanted(organizer=slug, ordering=Ordering.STARTS_AT)
    coming = find_events(wanted, now=now, language=language)
    part = page_asked(coming, wanted.order, request.GET, size=PAGE, language=language)
    past = (
        Event.objects.published()
        .filter(organizer=found, visibility=Visibility.PUBLIC, ends_at__lte=now)
        .order_by("-starts_at", "-pk")[:PAST]
    )
    context = {
        "organizer": found,
        "cards": shown_cards(part.cards, language=language, now=now),
        "more": going_on(request.GET, part.next),
        "past": listed(past, now=now),
        "feed": reverse("organizer-feed", args=[slug]),
        "is_plain": not request.GET,
    }
    answer = render(request, "events/organizer.html", context)
    return made_from(answer, f"organizer:{found.pk}")


def listed(events: QuerySet[Event], *, now: datetime) -> list[ShownCard]:
    language = language_now()
    return shown_cards(cards(events, language=language), language=language, now=now)


def find_form(
    request: HttpRequest, kinds: list[NamedCategory], query: Any | None = None
) -> FindForm:
    categories = [(kind.slug, kind.name) for kind in kinds]
    return FindForm(query if query is not None else request.GET, categories=categories)
