"""Screen one: places are held as they were chosen on the page of the event."""

from datetime import datetime
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from bookings.domain.fairness import ChallengeRequired, require_fair
from bookings.domain.holding import book_places
from bookings.domain.selling import NoSuchEvent
from bookings.domain.wishes import Buyer, Wanted, WantedLine
from bookings.forms.choosing import Chosen
from bookings.models import Booking
from bookings.queries.sales import Sale, sale
from bookings.showing.advice import advice_on
from bookings.showing.jar import keep, unfinished_in
from bookings.views.challenging import Device, caller_of, challenge, device_of, remember
from events.domain.codes import DiscountInvalid, find_code
from events.domain.prices import Discount
from events.enums import TicketKind, Visibility
from events.models import CodeTicketType, Event
from events.queries.pages import EventPage, event_page
from events.showing.event import ShownEvent
from events.showing.other_money import other_money, remembered_in
from events.showing.passes import has_pass
from events.slots import ticket_counter
from ticketing.core.errors import DomainError, NotAllowed
from ticketing.core.problems import status_of
from ticketing.core.same_site import is_from_our_pages


class SentFromElsewhere(NotAllowed):
    code = "sent_from_elsewhere"
    message = _("Please send this form from our own page.")


@csrf_exempt  # the page of the event is the same for everybody; where it is sent from says enough
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold places and go on to the second screen; what is in the way is said, the choice kept."""
    if request.method != "POST":
        return redirect("event", get_object_or_404(Event.objects.published(), slug=slug).slug)
    chosen, device = Chosen.of(request.POST), device_of(request)
    try:
        if not is_from_our_pages(request):
            raise SentFromElsewhere
        if "use_code" in request.POST:
            return choose_again(request, slug, chosen)
        booking = hold(request, slug, chosen, device)
    except NoSuchEvent:
        raise Http404 from None
    except ChallengeRequired as error:
        return remember(challenge(request, slug, error), device)
    except DomainError as error:
        return choose_again(request, slug, chosen, error=error)
    return remember(keep(redirect("booking", booking.reference), request, booking), device)


def hold(request: HttpRequest, slug: str, chosen: Chosen, device: Device) -> Booking:
    found = sale(slug)
    if found is None:
        raise NoSuchEvent
    require_fair(found.event.pk, caller_of(request, device), now=found.as_of)
    person = person_of(request)
    wanted = Wanted(
        lines=lines_of(found, chosen),
        buyer=Buyer(email=person.email, name=person.name) if person else None,
        discount_code=chosen.code,
        is_let_in=has_pass(request, found.event),
        language=get_language() or "en",
        is_hold_only=True,
    )
    former = unfinished_in(request, found.event)
    return book_places(found, wanted, by=person, now=found.as_of, instead_of=former)


def lines_of(found: Sale, chosen: Chosen) -> list[WantedLine]:
    own = {one.pk for one in found.ticket_types.values() if one.kind == TicketKind.OWN_PRICE}
    return chosen.lines(own_prices=own, currency=found.event.currency)


def person_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def choose_again(
    request: HttpRequest, slug: str, chosen: Chosen, *, error: DomainError | None = None
) -> HttpResponse:
    """The tickets once more, as they are now, with what was chosen."""
    now, language = timezone.now(), get_language() or "en"
    page = event_page(Event.objects.published(), slug=slug, language=language, now=now)
    if page is None or not may_see(request, page.event):
        raise Http404
    discount, wrong_code = code_in(page, chosen, now=now)
    other = other_money(remembered_in(request), of=page.event.currency, language=language, now=now)
    shown = ShownEvent(page, language, now, discount=discount, other=other)
    context = {
        "shown": shown,
        "chosen": chosen,
        "counter": ticket_counter(),
        "advice": advice_on(error, shown) if error and not wrong_code else None,
        "code": chosen.code,
        "wrong_code": wrong_code,
    }
    status = status_of(error) if error else HTTPStatus.OK
    answer = render(request, "bookings/choose.html", context, status=status)
    if error is not None and error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def may_see(request: HttpRequest, event: Event) -> bool:
    return event.visibility != Visibility.PRIVATE or has_pass(request, event)


def code_in(page: EventPage, chosen: Chosen, *, now: datetime) -> tuple[Discount | None, str]:
    """What the code does, or why it does nothing."""
    if not chosen.code:
        return None, ""
    try:
        code = find_code(page.event, chosen.code, now=now)
    except DiscountInvalid as error:
        return None, str(error)
    counts_for = CodeTicketType.objects.filter(code=code).values_list("ticket_type", flat=True)
    return Discount(code, frozenset(counts_for)), ""
