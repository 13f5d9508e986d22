"""Screen two, and what becomes of it: the tickets, or the way back to some."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bookings.domain.access import booking_for
from bookings.domain.answer_files import forget_unused, take_answer
from bookings.domain.confirming import (
    HoldExpired,
    NothingToChange,
    change_booking,
    finish_free_booking,
)
from bookings.domain.holding import NotToBeExtended, extend_hold
from bookings.domain.links import booking_link
from bookings.enums import BookingStatus
from bookings.forms.details import DetailsForm, NamesForm
from bookings.models import Booking
from bookings.printing.qr import drawing_of
from bookings.queries.questions import asked_at
from bookings.showing.advice import Advice
from bookings.showing.booking import ShownBooking, shown_booking
from bookings.showing.jar import keep, token_for
from bookings.slots import payment_panels
from bookings.views.choosing import person_of
from bookings.views.extras import Extras
from events.showing.other_money import OtherMoney, other_money, remembered_in
from ticketing.core.errors import DomainError
from ticketing.core.problems import status_of

PAGES = {
    BookingStatus.CONFIRMED: "bookings/tickets.html",
    BookingStatus.CANCELLED: "bookings/cancelled.html",
}


def opened(request: HttpRequest, reference: str) -> Booking:
    """For who made it signed in, and who has its token; raises NoSuchBooking for everybody else."""
    token = token_for(request, reference)
    return booking_for(reference, by=person_of(request), token=token)


def shown(booking: Booking) -> ShownBooking:
    return shown_booking(booking, language=get_language() or "en", now=timezone.now())


def page(
    request: HttpRequest,
    template: str,
    booking: ShownBooking,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    context = {"booking": booking, "shown": booking.event, **more}
    answer = render(request, template, context, status=status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """One address for as long as there is a booking: details, then tickets."""
    if token := request.GET.get("token", ""):
        # Into the cookie and out of the address, which people pass on and servers write down.
        linked = booking_for(reference, by=None, token=token)
        return keep(redirect("booking", linked.reference), request, linked)
    found = shown(opened(request, reference))
    if template := PAGES.get(BookingStatus(found.booking.status)):
        return page(request, template, found)
    if found.is_over:
        return page(request, "bookings/expired.html", found, typed=typed_in(request))
    return details(request, found)


@require_safe
def link_picture(request: HttpRequest, reference: str) -> HttpResponse:
    """The link that opens it elsewhere, as a code."""
    link = booking_link(opened(request, reference), language=get_language() or "en")
    drawn = {"code": drawing_of(link), "label": _("Code of the link")}
    answer = render(request, "bookings/code.html", drawn, content_type="image/svg+xml")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def details(request: HttpRequest, found: ShownBooking) -> HttpResponse:
    form_of = forms_for(found)
    if request.method != "POST":
        known = form_of(initial=known_of(request, found.booking))
        return details_page(request, found, known, extras=Extras.known(found.booking))
    sent, refused = with_files(request, found.booking, form_of())
    if "more_time" in request.POST:
        return longer(request, found, form_of, sent)
    form = form_of(sent_with_address(sent))
    form.refused = refused
    extras = Extras.sent(found.booking, sent)
    if not all([form.is_valid(), extras.are_valid()]):  # each, so that each complains
        status = HTTPStatus.BAD_REQUEST
        return details_page(request, found, form, extras=extras, status=status)
    if likely := form.likely_address:
        return details_page(request, found, form, extras=extras, likely=likely)
    return finished(request, found, form, extras)


def with_files(
    request: HttpRequest, booking: Booking, form: NamesForm
) -> tuple[QueryDict, dict[str, str]]:
    """What was sent, with the ids of its files: these are kept whatever else is wrong with it.
    And why some are not, by field."""
    sent, refused = request.POST.copy(), {}
    for name in set(form.file_names) & set(request.FILES):
        file: Any = request.FILES[name]
        try:
            kept = take_answer(
                booking, file.name or "", file, by=person_of(request), now=timezone.now()
            )
        except DomainError as error:
            refused[name] = str(error)
        else:
            sent[name] = str(kept.pk)
    return sent, refused


def sent_with_address(sent: QueryDict) -> QueryDict:
    """With the address that was offered, if somebody took it."""
    sent = sent.copy()
    if address := sent.get("likely_address"):
        sent["email"] = sent["email_asked"] = address
    return sent


def finished(
    request: HttpRequest, found: ShownBooking, form: DetailsForm, extras: Extras
) -> HttpResponse:
    """Done and on to the tickets, or what was in the way, with all that was typed."""
    try:
        return finish(request, found, form, extras)
    except (HoldExpired, NothingToChange):
        return redirect("booking", found.booking.reference)
    except DomainError as error:
        form.add_fact(error)
        return details_page(request, found, form, extras=extras, status=status_of(error))


def known_of(request: HttpRequest, booking: Booking) -> dict[str, str]:
    """What need not be typed once more."""
    person = person_of(request)
    return {
        "email": booking.buyer_email or (person.email if person else ""),
        "name": booking.buyer_name or (person.name if person else ""),
    }


def finish(
    request: HttpRequest, found: ShownBooking, form: DetailsForm, extras: Extras
) -> HttpResponse:
    """What was typed is kept; what costs nothing is certain with it."""
    person, now = person_of(request), timezone.now()
    keep_typed = finish_free_booking if found.booking.costs_nothing else change_booking
    keep_typed(
        found.booking,
        buyer=form.buyer,
        attendees=form.attendees,
        answers=form.answers,
        has_accepted_terms=bool(form.cleaned_data.get("terms")),
        by=person,
        now=now,
    )
    extras.keep(found.booking, by=person, now=now)
    if form.files_sent:
        forget_unused(found.booking)
    if found.booking.costs_nothing:
        return redirect("booking", found.booking.reference)
    panel = next(iter(payment_panels), None)
    if panel is not None:
        return panel.begin(request, found.booking)
    messages.success(request, _("Your details are kept."))
    return redirect("booking", found.booking.reference)


def longer(
    request: HttpRequest,
    found: ShownBooking,
    form_of: Callable[..., DetailsForm],
    sent: QueryDict,
) -> HttpResponse:
    """Ten minutes more; what is half typed stays as it is, and nobody complains of it yet."""
    advice = None
    try:
        extend_hold(found.booking, by=person_of(request), now=timezone.now())
    except NotToBeExtended as error:
        advice = Advice(str(error), kind="warning")
    again = shown(opened(request, found.booking.reference))
    if again.is_over:
        return redirect("booking", found.booking.reference)
    form, extras = half_typed(sent, form_of), Extras.half_typed(found.booking, sent)
    return details_page(request, again, form, extras=extras, advice=advice, has_more=advice is None)


def forms_for(found: ShownBooking) -> Callable[..., DetailsForm]:
    questions = asked_at(found.booking.event_id, language=found.event.language)
    return partial(DetailsForm, found.booking, questions, auto_id="id-%s")


def half_typed(sent: QueryDict, form_of: Callable[..., DetailsForm]) -> DetailsForm:
    """A form with what was sent, of which nobody complains yet."""
    fields = form_of().fields.items()
    return form_of(
        initial={name: field.widget.value_from_datadict(sent, {}, name) for name, field in fields}
    )


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """All that was sent, to be sent on."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "more_time"}
        for value in values
    ]


def details_page(
    request: HttpRequest, found: ShownBooking, form: DetailsForm, *, extras: Extras, **more: Any
) -> HttpResponse:
    panels = [] if found.booking.costs_nothing else list(payment_panels)
    other = None if found.booking.costs_nothing else money_beside(request, found)
    facts = {"form": form, "extras": extras.rows, "panels": panels, "other": other, **more}
    if other is not None:
        facts["about"] = other.about(found.total)
    return page(request, "bookings/details.html", found, **facts)


def money_beside(request: HttpRequest, found: ShownBooking) -> OtherMoney | None:
    return other_money(
        remembered_in(request),
        of=found.booking.currency,
        language=found.event.language,
        now=found.now,
    )
