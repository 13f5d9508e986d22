"""Screen one: from the page of the event to places that are held."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.enums import BookingStatus
from bookings.forms.choosing import price_field
from bookings.models import Booking
from bookings.showing.jar import MOST, PREFIX
from events.enums import CodeKind, TicketKind, Visibility
from events.models import Event
from tests.bookings.views.conftest import OURS, booking_in, choose, page_of
from tests.events.factories import CodeFactory, FeeFactory, PoolFactory, TicketTypeFactory
from tests.kit.pages import text_of

pytestmark = pytest.mark.django_db


def test_the_page_of_the_event_lets_people_choose_and_is_the_same_for_everybody(client, free):
    answer = client.get(f"/events/{free.event.slug}/")

    assert f'action="/events/{free.event.slug}/book/"' in answer.text
    assert f'name="quantity-{free.pk}"' in answer.text
    assert "csrf" not in answer.text
    assert not answer.cookies


def test_what_was_chosen_is_held_and_leads_to_the_second_screen(guest, free):
    answer = choose(guest, (free, 2))

    booking = booking_in(answer)
    assert answer["Location"] == page_of(booking)
    assert (booking.status, booking.tickets.count()) == (BookingStatus.HELD, 2)
    assert (booking.buyer_email, booking.user) == ("", None)
    cookie = answer.cookies[PREFIX + booking.reference]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert answer["Cache-Control"] == "private, no-store"


def test_who_is_signed_in_holds_in_their_name(client, attendee, free):
    client.force_login(attendee)
    client.defaults |= {"HTTP_SEC_FETCH_SITE": "same-origin"}

    booking = booking_in(choose(client, (free, 1)))

    assert (booking.user, booking.buyer_email) == (attendee, attendee.email)
    assert booking.status == BookingStatus.HELD


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {}, {"Origin": "https://evil.example"}]
)
def test_30_a_form_from_elsewhere_holds_nothing(free, headers):
    answer = choose(Client(headers=headers), (free, 1))

    assert answer.status_code == 403
    assert Booking.objects.count() == 0


def test_choosing_anew_gives_ones_own_unfinished_hold_back_first(guest, free):
    former = booking_in(choose(guest, (free, 5)))

    answer = choose(guest, (free, 5))

    former.refresh_from_db()
    assert former.status == BookingStatus.CANCELLED
    assert booking_in(answer).status == BookingStatus.HELD


def test_somebody_else_is_told_that_the_last_places_are_held(guest, free):
    choose(Client(headers=OURS), (free, 4))

    answer = choose(guest, (free, 2))

    assert answer.status_code == 409
    assert answer["Retry-After"] == "30"
    assert "Someone is paying for the last places" in text_of(answer)
    assert Booking.objects.count() == 1


def test_of_what_is_sold_out_it_says_how_many_are_left_and_keeps_the_choice(guest, free, book):
    book(free, 3)

    answer = choose(guest, (free, 3))

    assert answer.status_code == 409
    assert "Only 2 places are left." in text_of(answer)
    assert '<option value="2" selected>' in " ".join(answer.text.split())


def test_the_last_place_gone_is_said_without_a_number(guest, free, book):
    book(free, 5)

    assert "These places have just gone." in text_of(choose(guest, (free, 1)))


@pytest.mark.parametrize(
    ("facts", "count", "status", "words"),
    [
        ({}, 0, 400, "Please choose at least one ticket."),
        ({"max_per_order": 2}, 3, 409, "At most 2 tickets"),
        ({"min_per_order": 2}, 1, 400, "At least 2 in one booking."),
        ({"sale_starts_at": timedelta(days=9000)}, 1, 409, "On sale from"),
        ({"sale_ends_at": timedelta(days=-9000)}, 1, 409, "not sold any more"),
    ],
)
def test_what_is_in_the_way_is_said_in_words_with_a_way_on(
    guest, event, facts, count, status, words
):
    now = timezone.now()
    facts = {k: now + v if isinstance(v, timedelta) else v for k, v in facts.items()}
    ticket_type = TicketTypeFactory(event=event, kind=TicketKind.FREE, **facts)

    answer = choose(guest, (ticket_type, count))

    assert answer.status_code == status
    assert words in text_of(answer)
    assert 'name="robots" content="noindex"' in answer.text


def test_49_the_price_is_ours_whatever_is_sent(guest, paid):
    FeeFactory(event=paid.event, amount=150)

    booking = booking_in(
        choose(guest, (paid, 2), price="0", total="0", **{price_field(paid.pk): "0"})
    )

    assert (booking.total, booking.fees) == (4300, 300)


@pytest.mark.parametrize(("typed", "price"), [("12,50", 1250), ("12.5", 1250), ("", 2000)])
def test_people_pay_what_they_want(guest, event, typed, price):
    own = TicketTypeFactory(event=event, kind=TicketKind.OWN_PRICE, price=2000, min_price=500)

    booking = booking_in(choose(guest, (own, 1), **{price_field(own.pk): typed}))

    assert booking.total == price


@pytest.mark.parametrize(
    ("typed", "words"),
    [("4", "at least the lowest price"), ("a lot", "as a number"), ("-5", "as a number"),
     ("NaN", "as a number"), ("1e9", "as a number"), ("9" * 15, "more than we can take"), ("12.505", "as a number")],
)  # fmt: skip
def test_a_price_that_cannot_be_is_asked_for_again_as_it_was_typed(guest, event, typed, words):
    own = TicketTypeFactory(event=event, kind=TicketKind.OWN_PRICE, price=2000, min_price=500)

    answer = choose(guest, (own, 1), **{price_field(own.pk): typed})

    assert answer.status_code == 400
    assert words in text_of(answer)
    assert f'value="{typed}"' in answer.text


def test_a_code_is_counted_and_can_be_tried_before(guest, paid):
    CodeFactory(event=paid.event, code="SPRING", percent=10)

    seen = choose(guest, (paid, 2), discount_code="spring", use_code="1")
    booking = booking_in(choose(guest, (paid, 2), discount_code="spring"))

    assert "€18.00" in text_of(seen)
    assert '<option value="2" selected>' in " ".join(seen.text.split())
    assert (booking.total, booking.discount) == (3600, 400)


def test_a_wrong_code_is_said_and_nothing_is_held(guest, paid):
    answer = choose(guest, (paid, 2), discount_code="GUESS")

    assert answer.status_code == 400
    assert "This code is not valid here, or not now." in text_of(answer)
    assert Booking.objects.count() == 0


def test_hidden_tickets_are_had_with_their_code_alone(guest, event):
    hidden = TicketTypeFactory(event=event, kind=TicketKind.FREE, is_hidden=True)
    CodeFactory(event=event, code="FRIENDS", kind=CodeKind.ACCESS)

    assert choose(guest, (hidden, 1)).status_code == 400
    assert choose(guest, (hidden, 1), discount_code="FRIENDS").status_code == 302


def test_a_private_event_is_booked_by_who_has_given_its_code(guest, free):
    event = free.event
    event.visibility, event.access_digest = Visibility.PRIVATE, event.digest_of("roses-2026")
    event.save()

    before = choose(guest, (free, 1)).status_code
    guest.post(f"/events/{event.slug}/open/", {"code": "roses-2026"})
    after = choose(guest, (free, 1)).status_code

    assert (before, after) == (404, 302)


def test_nonsense_is_no_choice(guest, free):
    nonsense = {"quantity-no": "1", "price-": "x", "discount_code": "\0", "quantity-": "²"}

    answer = guest.post(f"/events/{free.event.slug}/book/", nonsense | {f"quantity-{free.pk}": "١"})

    assert answer.status_code == 400
    assert Booking.objects.count() == 0


def test_page_of_the_choice_asked_for_leads_back_to_the_event(client, free):
    assert client.get(f"/events/{free.event.slug}/book/")["Location"] == "/events/quiet-songs/"


def test_what_is_not_published_cannot_be_booked(guest, free):
    Event.objects.filter(pk=free.event_id).update(status="unpublished")

    assert choose(guest, (free, 1)).status_code == 404


def test_of_very_many_bookings_the_oldest_are_forgotten(guest, event):
    ticket_type = TicketTypeFactory(
        event=event, kind="free", pool=PoolFactory(event=event, capacity=50)
    )
    for _number in range(MOST + 3):
        answer = choose(guest, (ticket_type, 1))
        Booking.objects.update(guarded_until=timezone.now())

    kept = [one for one in guest.cookies.values() if one.key.startswith(PREFIX) and one.value]
    assert len(kept) == MOST
    assert booking_in(answer).reference in {one.key.removeprefix(PREFIX) for one in kept}
