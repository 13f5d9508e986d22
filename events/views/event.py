"""The page of one event, in all the ways in which somebody may come to it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.domain.guessing import TooManyGuesses, count_guess, forget_guesses
from accounts.models import User
from events.domain.codes import DiscountInvalid, find_code
from events.domain.prices import Discount
from events.forms import AccessCodeForm
from events.models import Event
from events.queries import events_seen_by
from events.queries.pages import event_page
from events.queries.related import Related, related_to
from events.showing.cards import ShownCard, shown_card, shown_cards
from events.showing.event import ShownEvent
from events.showing.other_money import asked_in, other_money, remembered_in
from events.showing.passes import give_pass, has_pass
from events.showing.pictures import picture_address
from events.showing.sharing import ways_to_share
from events.showing.structured import structured_data
from events.slots import ticket_counter, ticket_panels
from events.views.discovery import language_now
from ticketing.core.pages import made_from, public_page
from ticketing.core.same_site import is_from_our_pages

PRIVATE = "private, no-store"


@public_page(query=("in",))
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """What everybody sees. With a code in the address it is somebody's own, and kept by nobody."""
    now = timezone.now()
    shown = published(slug, now=now, money=asked_in(request))
    if shown.is_private:
        answer = ask_for_code(request, AccessCodeForm(), slug=slug)
        return made_from(answer, *tags_of(shown.event))
    if "code" not in request.GET:
        return made_from(event_as_shown(request, shown), *tags_of(shown.event))
    answer = with_code(request, shown, code=request.GET["code"])
    answer.headers["Cache-Control"] = PRIVATE
    return answer


@public_page(shared=2, query=("in",))
def tickets(request: HttpRequest, slug: str) -> HttpResponse:
    """The tickets alone, as fresh as anything that is kept may be."""
    shown = published(slug, now=timezone.now(), money=asked_in(request))
    if shown.is_private:
        raise Http404
    answer = render(request, "events/tickets.html", {"shown": shown, "counter": ticket_counter()})
    return made_from(answer, *tags_of(shown.event))


def inside(request: HttpRequest, slug: str) -> HttpResponse:
    """A private event, for who has given its code."""
    shown = published(slug, now=timezone.now(), money=remembered_in(request))
    if not shown.is_private or not has_pass(request, shown.event):
        return redirect("event", slug)
    if "code" in request.GET:
        return with_code(request, shown, code=request.GET["code"])
    return event_as_shown(request, shown)


@csrf_exempt  # the page that asks is the same for everybody; where it is sent from says enough
@require_POST
def open_event(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the access code of a private event. Guessing is held back per event and per address."""
    shown = published(slug, now=timezone.now())
    if not shown.is_private:
        return redirect("event", slug)
    form = AccessCodeForm(request.POST)
    if not is_from_our_pages(request):
        form.add_error(None, _("Please send this form from our own page."))
        return ask_for_code(request, form, slug=slug, status=403)
    if not form.is_valid():
        return ask_for_code(request, form, slug=slug, status=400)
    guessed = f"event {shown.event.pk}"
    try:
        count_guess(guessed)
    except TooManyGuesses as error:
        form.add_error("code", str(error.message))
        return ask_for_code(request, form, slug=slug, status=429)
    if not shown.event.is_opened_by(form.cleaned_data["code"]):
        form.add_error("code", _("This is not the code of this event."))
        return ask_for_code(request, form, slug=slug, status=400)
    forget_guesses(guessed)
    return give_pass(redirect("event-inside", slug), shown.event)


def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """As attendees will see it, for the team alone."""
    if not isinstance(request.user, User):
        raise Http404
    now, language = timezone.now(), language_now()
    page = event_page(events_seen_by(request.user), slug=slug, language=language, now=now)
    if page is None:
        raise Http404
    return event_as_shown(request, ShownEvent(page, language, now, is_preview=True))


def published(slug: str, *, now: datetime, money: str = "") -> ShownEvent:
    language = language_now()
    page = event_page(Event.objects.published(), slug=slug, language=language, now=now)
    if page is None:
        raise Http404
    other = other_money(money, of=page.event.currency, language=language, now=now)
    return ShownEvent(page, language, now, other=other)


def with_code(request: HttpRequest, shown: ShownEvent, *, code: str) -> HttpResponse:
    try:
        found = find_code(shown.event, code[:100], now=shown.now)
    except DiscountInvalid as error:
        return event_as_shown(request, shown, code=code, wrong_code=str(error.message))
    counts_for = found.counts_for.values_list("ticket_type", flat=True)
    discount = Discount(found, frozenset(counts_for))
    opened = ShownEvent(shown.page, shown.language, shown.now, discount=discount, other=shown.other)
    return event_as_shown(request, opened, code=found.code)


def event_as_shown(request: HttpRequest, shown: ShownEvent, **more: Any) -> HttpResponse:
    related = related_to(shown.event, language=shown.language, now=shown.now)
    picture = picture_address(shown)
    context = {
        "shown": shown,
        "picture": picture,
        "data": structured_data(shown, picture=picture),
        "ways": ways_to_share(shown),
        "panels": ticket_panels,
        "counter": None if shown.is_preview else ticket_counter(),
        "dates": shown_cards(related.dates, language=shown.language, now=shown.now),
        "alike": alike(related, shown),
        **more,
    }
    answer = render(request, "events/event.html", context)
    if not shown.is_listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def alike(related: Related, shown: ShownEvent) -> list[ShownCard]:
    cards = []
    for like in related.alike:
        if like.is_booked_together:
            why = _("Booked by people who come here too")
        elif like.is_of_organizer:
            why = _("Also by %(name)s") % {"name": shown.event.organizer.name}
        elif like.km is not None:
            why = _("%(km)d km away") % {"km": like.km} if like.km else _("Close by")
        else:
            why = _("Also %(category)s") % {"category": shown.page.category}
        cards.append(shown_card(like.card, language=shown.language, now=shown.now, why=why))
    return cards


def ask_for_code(
    request: HttpRequest, form: AccessCodeForm, *, slug: str, status: int = 200
) -> HttpResponse:
    """Says nothing of the event, not even what it is called."""
    answer = render(request, "events/private.html", {"form": form, "slug": slug}, status=status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def tags_of(event: Event) -> tuple[str, ...]:
    """What a page of an event is made from; recommendations may be as old as the page."""
    tags = [f"event:{event.pk}", f"organizer:{event.organizer_id}"]
    return (*tags, f"venue:{event.venue_id}") if event.venue_id else tuple(tags)
