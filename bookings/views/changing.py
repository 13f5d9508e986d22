"""After the booking: who comes, giving tickets up, and once more what ran out."""

from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bookings.domain.answer_files import forget_unused
from bookings.domain.confirming import cancel_booking, change_booking
from bookings.domain.holding import book_places
from bookings.domain.wishes import Attendee, Buyer, Wanted, WantedLine
from bookings.enums import TicketStatus
from bookings.forms.choosing import Chosen
from bookings.forms.details import NamesForm
from bookings.forms.giving_up import GiveUpForm
from bookings.models import Booking
from bookings.queries.bookings import in_full
from bookings.queries.questions import asked_at
from bookings.queries.sales import Sale, sale
from bookings.showing.booking import ShownBooking
from bookings.showing.jar import keep, unfinished_in
from bookings.views.booking import (
    details_page,
    forms_for,
    half_typed,
    opened,
    page,
    shown,
    with_files,
)
from bookings.views.choosing import choose_again, person_of
from bookings.views.extras import Extras
from events.enums import TicketKind
from events.showing.passes import has_pass
from ticketing.core.errors import DomainError


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, reference: str) -> HttpResponse:
    """Who comes and what they answer, as often as it changes."""
    found = shown(opened(request, reference))
    if not found.booking.is_confirmed:
        return redirect("booking", found.booking.reference)
    questions = asked_at(found.booking.event_id, language=found.event.language)
    form_of = partial(NamesForm, found.booking, questions, auto_id="id-%s")
    form = form_of()
    if request.method == "POST":
        sent, refused = with_files(request, found.booking, form)
        form = form_of(sent)
        form.refused = refused
    if request.method == "POST" and form.is_valid():
        try:
            change_names(request, found.booking, form)
        except DomainError as error:
            form.add_fact(error)
        else:
            messages.success(request, _("The names are changed. The codes stay the same."))
            return redirect("booking", found.booking.reference)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return page(request, "bookings/names.html", found, form=form, status=status)


def change_names(request: HttpRequest, booking: Booking, form: NamesForm) -> None:
    change_booking(
        booking,
        attendees=form.attendees,
        answers=form.answers,
        by=person_of(request),
        now=timezone.now(),
    )
    if form.files_sent:
        forget_unused(booking)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks which, says what happens, and then it is so."""
    found = shown(opened(request, reference))
    if found.booking.is_held and not found.is_over:
        return give_places_back(request, found)
    if not found.booking.is_confirmed:
        return redirect("booking", found.booking.reference)
    valid = [one for one in found.booking.tickets.all() if one.status == TicketStatus.VALID]
    form = GiveUpForm(valid, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            cancel_booking(
                found.booking, **form.cleaned_data, by=person_of(request), now=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("They are given up. Somebody else may come now."))
            return redirect("booking", found.booking.reference)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return page(request, "bookings/give_up.html", found, form=form, status=status)


def give_places_back(request: HttpRequest, found: ShownBooking) -> HttpResponse:
    if request.method == "POST":
        cancel_booking(found.booking, by=person_of(request), now=timezone.now())
        return redirect("booking", found.booking.reference)
    return page(request, "bookings/give_back.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, reference: str) -> HttpResponse:
    """The same once more, if it can be had, with all that was typed."""
    former = opened(request, reference)
    if request.method != "POST" or former.is_confirmed:
        return redirect("booking", former.reference)
    chosen = chosen_in(former)
    found = sale(former.event.slug)
    if found is None:
        return redirect("booking", former.reference)
    wanted = [found.ticket_types[one] for one in chosen.ticket_types if one in found.ticket_types]
    if any(one.kind == TicketKind.OWN_PRICE for one in wanted):
        return choose_again(request, former.event.slug, chosen)
    try:
        booking = hold_again(request, former, found)
    except DomainError as error:
        return choose_again(request, former.event.slug, chosen, error=error)
    if "email" not in request.POST:
        return keep(redirect("booking", booking.reference), request, booking)
    held = shown(in_full(Booking.objects.all()).get(pk=booking.pk))
    form = half_typed(request.POST, forms_for(held))
    extras = Extras.half_typed(held.booking, request.POST)
    return keep(details_page(request, held, form, extras=extras), request, booking)


def chosen_in(booking: Booking) -> Chosen:
    quantities = {line.ticket_type_id: line.quantity for line in booking.lines.all()}
    return Chosen(quantities, code=booking.code.code if booking.code else "")


def hold_again(request: HttpRequest, former: Booking, found: Sale) -> Booking:
    buyer = Buyer(email=former.buyer_email, name=former.buyer_name, phone=former.buyer_phone)
    wanted = Wanted(
        lines=[
            WantedLine(
                ticket_type=line.ticket_type_id,
                quantity=line.quantity,
                attendees=attendees_of(former, line.pk)[: line.quantity],
            )
            for line in former.lines.all()
        ],
        buyer=buyer if former.buyer_email else None,
        billing=former.billing,
        answers=former.answers,
        discount_code=former.code.code if former.code else "",
        is_let_in=has_pass(request, found.event),
        language=get_language() or "en",
        is_hold_only=True,
    )
    person = person_of(request)
    mine = unfinished_in(request, found.event) or former
    return book_places(found, wanted, by=person, now=found.as_of, instead_of=mine)


def attendees_of(booking: Booking, line: int) -> list[Attendee]:
    return [
        Attendee(name=one.attendee_name, email=one.attendee_email, answers=one.answers)
        for one in booking.tickets.all()
        if one.line_id == line
    ]
