"""What readers of feeds and search engines ask for. Every address in it is the site's own."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, Max, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from accounts.enums import OrganizerStatus
from accounts.models import Organizer
from events.models import Category, Event
from events.queries.cards import Card, cards
from events.queries.categories import named
from events.search.finding import Wanted, find_events
from events.showing.cards import shown_card
from events.views.discovery import language_now
from ticketing.core.pages import made_from, public_page

IN_A_FEED = 50
# A sitemap may name fifty thousand addresses (sitemaps.org); smaller ones are made faster.
EVENTS_IN_A_SITEMAP = 2000
# What XML cannot say (https://www.w3.org/TR/xml/#charsets).
UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@public_page(shared=300, tags=("events",))
def event_feed(request: HttpRequest) -> HttpResponse:
    return feed(request, _("What’s on"), reverse("event-list"), Wanted())


@public_page(shared=300, tags=("events",))
def category_feed(request: HttpRequest, slug: str) -> HttpResponse:
    kinds = named(Category.objects.filter(slug=slug), language=language_now())
    if not kinds:
        raise Http404
    return feed(request, kinds[0].name, reverse("category", args=[slug]), Wanted(category=slug))


@public_page(shared=300, tags=("events",))
def organizer_feed(request: HttpRequest, slug: str) -> HttpResponse:
    found = Organizer.objects.filter(slug=slug, status=OrganizerStatus.ACTIVE).first()
    if found is None:
        raise Http404
    answer = feed(request, found.name, reverse("organizer", args=[slug]), Wanted(organizer=slug))
    return made_from(answer, f"organizer:{found.pk}")


def feed(request: HttpRequest, title: str, path: str, wanted: Wanted) -> HttpResponse:
    """Coming events, soonest first."""
    now, language = timezone.now(), language_now()
    rss = Rss201rev2Feed(
        title=said(f"{title} · {settings.SITE_NAME}"),
        link=f"{settings.SITE_URL}{path}",
        description=said(_("Coming events, each with its date, its place and its whole price.")),
        language=language,
        feed_url=f"{settings.SITE_URL}{request.path}",
    )
    events = find_events(wanted, now=now, language=language)[:IN_A_FEED]
    for card in cards(events, language=language):
        rss.add_item(**item_of(card, language=language, now=now))
    return HttpResponse(rss.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def item_of(card: Card, *, language: str, now: datetime) -> dict[str, Any]:
    shown = shown_card(card, language=language, now=now)
    facts = " · ".join(filter(None, [shown.status, shown.when, shown.where]))
    return {
        "title": said(card.title),
        "link": f"{settings.SITE_URL}{shown.address}",
        "description": said("\n".join(filter(None, [facts, card.summary]))),
        "unique_id": str(card.event.pk),
        "unique_id_is_permalink": False,
        "pubdate": card.event.published_at,
        "categories": [said(card.category)] if card.category else [],
        "author_name": said(card.event.organizer.name),
    }


def said(words: str) -> str:
    return UNSAID.sub(" ", words)


@dataclass(frozen=True)
class Address:
    """A page in all its languages."""

    paths: dict[str, str]
    changed_at: datetime | None = None

    @property
    def urls(self) -> dict[str, str]:
        return {code: f"{settings.SITE_URL}{path}" for code, path in self.paths.items()}


@public_page(shared=3600, tags=("events",))
def sitemap_index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = (
        in_sitemaps(now=now)
        .annotate(part=Cast(F("number") / EVENTS_IN_A_SITEMAP, IntegerField()))
        .values("part")
        .annotate(changed_at=Max("changed_at"))
        .order_by("part")
    )
    parts = [
        (settings.SITE_URL + reverse("sitemap-events", args=[row["part"]]), row["changed_at"])
        for row in rows
    ]
    first = settings.SITE_URL + reverse("sitemap-pages")
    return xml(request, "events/sitemap_index.xml", parts=[(first, None), *parts])


@public_page(shared=3600, tags=("events",))
def sitemap_events(request: HttpRequest, part: int) -> HttpResponse:
    """Those whose number falls into this part: an event stays in its own for ever."""
    first = part * EVENTS_IN_A_SITEMAP
    rows = (
        in_sitemaps(now=timezone.now())
        .filter(number__range=(first, first + EVENTS_IN_A_SITEMAP - 1))
        .order_by("number")
        .values_list("slug", "changed_at")
    )
    addresses = [Address(in_all_languages("event", slug), changed) for slug, changed in rows]
    if not addresses:
        raise Http404
    return xml(request, "events/sitemap.xml", addresses=addresses)


@public_page(shared=3600, tags=("events",))
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    kinds = Category.objects.values_list("slug", flat=True)
    organizers = Organizer.objects.filter(
        status=OrganizerStatus.ACTIVE, pk__in=in_sitemaps(now=now).values("organizer")
    )
    addresses = [
        Address(in_all_languages("home")),
        Address(in_all_languages("event-list")),
        *(Address(in_all_languages("category", slug)) for slug in kinds),
        *(
            Address(in_all_languages("organizer", slug))
            for slug in organizers.order_by("pk").values_list("slug", flat=True)
        ),
    ]
    return xml(request, "events/sitemap.xml", addresses=addresses)


def in_sitemaps(*, now: datetime) -> QuerySet[Event]:
    return Event.objects.listed().not_over(now=now).order_by()


def in_all_languages(name: str, *args: str) -> dict[str, str]:
    paths = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            paths[code] = reverse(name, args=args)
    return paths


def xml(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, context, content_type="application/xml; charset=utf-8")
