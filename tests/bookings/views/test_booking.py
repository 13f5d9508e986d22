"""Screen two, and the tickets it ends with."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from bookings.domain.codes import codes_of
from bookings.domain.expiring import release_expired_holds
from bookings.domain.references import token_of
from bookings.enums import BookingStatus
from bookings.models import Booking, Ticket
from bookings.printing.qr import drawing_of
from bookings.showing.jar import PREFIX
from bookings.slots import payment_panels
from events.enums import QuestionKind, QuestionScope
from events.models import QuestionText
from tests.bookings.views.conftest import OURS, booking_in, choose, page_of
from tests.events.factories import NOW, FeeFactory, QuestionFactory, TicketTypeFactory
from tests.kit.pages import errors_of, text_of
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
ADA = {"email": "ada@example.org", "name": "Ada Attendee", "is_coming": "on"}


@pytest.fixture
def held(guest, free) -> Booking:
    return booking_in(choose(guest, (free, 2)))


def test_details_say_what_is_held_until_when_and_for_how_much(guest, paid):
    FeeFactory(event=paid.event, amount=150)
    booking = booking_in(choose(guest, (paid, 2)))

    answer = guest.get(page_of(booking))

    assert answer.status_code == 200
    for words in ["Quiet songs", "2 tickets held for you until", "10 minutes more", "€43.00",
                  "contains €3.00 fees; nothing is added", "Pay €43.00",
                  "We never see your card."]:  # fmt: skip
        assert words in text_of(answer)
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "private, no-store"


def test_guest_without_an_account_confirms_in_one_step(guest, held):
    answer = guest.post(page_of(held), ADA)

    held.refresh_from_db()
    assert answer["Location"] == page_of(held)
    assert (held.status, held.buyer_email, held.buyer_name) == (
        BookingStatus.CONFIRMED, "ada@example.org", "Ada Attendee",
    )  # fmt: skip
    assert [one.attendee_name for one in held.tickets.all()] == ["Ada Attendee", ""]


def test_the_same_address_then_shows_each_ticket_with_its_code(guest, held):
    guest.post(page_of(held), ADA | {"tickets.2.name": "Béla"})

    answer = guest.get(page_of(held))

    for words in ["Your 2 tickets", "Quiet songs", "Ada Attendee", "Béla", f"{held.reference}-1",
                  f"{held.reference}-2", "Add to your calendar", "Change the names", "As a PDF",
                  "All as one PDF"]:  # fmt: skip
        assert words in text_of(answer)
    tickets = list(Ticket.objects.filter(booking=held).select_related("event"))
    for code in codes_of(tickets).values():
        assert drawing_of(code).path in answer.text


def test_who_is_signed_in_finds_name_and_address_filled_in(client, attendee, free, book):
    booking = book(free, buyer=None, by=attendee, is_hold_only=True)
    client.force_login(attendee)

    form = client.get(page_of(booking)).context["form"]

    assert (form["email"].value(), form["name"].value()) == (attendee.email, "Ada")


def test_the_link_of_a_mail_opens_the_booking_and_leaves_the_address(held):
    client = Client(headers=OURS)

    answer = client.get(page_of(held), {"token": token_of(held)})

    assert (answer.status_code, answer["Location"]) == (302, page_of(held))
    assert client.get(answer["Location"]).status_code == 200


def test_the_link_for_another_device_is_drawn_for_who_asks_for_the_picture(guest, held):
    page = guest.get(f"/fr{page_of(held)}")
    picture = f"/fr{page_of(held)}link.svg"
    assert (page.text.count("<svg"), f'src="{picture}"' in page.text) == (0, True)

    answer = guest.get(picture)

    link = f"{settings.SITE_URL}/fr{page_of(held)}?token={token_of(held)}"
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "image/svg+xml", "private, no-store",
    )  # fmt: skip
    drawn = ET.fromstring(answer.text)
    white, dark = drawn
    assert (drawn.tag, white.tag) == (f"{SVG}svg", f"{SVG}path")
    assert dark.get("d") == drawing_of(link).path
    assert guest.post(picture).status_code == 405


@pytest.mark.parametrize("path", ["", "names/", "give-up/", "again/"])
def test_19_a_booking_is_not_there_for_others(held, stranger, path):
    for client in (Client(), Client()):
        client.cookies[PREFIX + held.reference] = "guess"
        assert client.get(page_of(held) + path).status_code == 404
        assert client.post(page_of(held) + path, ADA).status_code == 404
        assert client.get(page_of(held) + path, {"token": "guess"}).status_code == 404
        client.force_login(stranger)
        assert client.get(page_of(held) + path).status_code == 404


def test_19_nor_is_the_code_of_its_link(held, stranger):
    client, picture = Client(), f"{page_of(held)}link.svg"
    client.cookies[PREFIX + held.reference] = "guess"
    assert client.get(picture).status_code == 404
    assert client.get(picture, {"token": token_of(held)}).status_code == 404
    client.force_login(stranger)
    assert client.get(picture).status_code == 404


def test_30_a_forged_form_changes_nothing(held):
    client = Client(enforce_csrf_checks=True)
    client.cookies[PREFIX + held.reference] = token_of(held)

    for path in ("", "names/", "give-up/", "again/"):
        assert client.post(page_of(held) + path, ADA).status_code == 403
    held.refresh_from_db()
    assert held.status == BookingStatus.HELD


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ada@gmial.com", "ada@gmail.com"), ("ada@gmail.con", "ada@gmail.com"),
     ("ada@hotmial.com", "ada@hotmail.com"), ("ada@yaho.fr", "ada@yahoo.fr"),
     ("ada@choir.con", "ada@choir.com")],
)  # fmt: skip
def test_a_slip_in_the_address_is_asked_about_once_and_never_forced(guest, held, typed, meant):
    asked = guest.post(page_of(held), ADA | {"email": typed})
    held.refresh_from_db()
    assert (asked.status_code, held.status) == (200, BookingStatus.HELD)
    assert f"Use {meant}" in text_of(asked)

    guest.post(page_of(held), ADA | {"email": typed, "email_asked": typed})

    held.refresh_from_db()
    assert (held.status, held.buyer_email) == (BookingStatus.CONFIRMED, typed)


def test_the_address_that_was_offered_is_taken_with_one_button(guest, held):
    sent = {"email": "ada@gmial.com", "likely_address": "ada@gmail.com"}

    guest.post(page_of(held), ADA | sent)

    held.refresh_from_db()
    assert (held.status, held.buyer_email) == (BookingStatus.CONFIRMED, "ada@gmail.com")


@pytest.mark.parametrize("email", ["a@gmail.com", "a@mail.com", "a@email.com", "a@choir.example"])
def test_an_address_that_looks_right_is_not_asked_about(guest, held, email):
    assert guest.post(page_of(held), ADA | {"email": email}).status_code == 302


def test_what_was_typed_stays_when_something_is_missing(guest, held):
    answer = guest.post(page_of(held), {"name": "Ada Attendee", "tickets.2.name": "Béla"})

    assert answer.status_code == 400
    assert errors_of(answer) == {"email": ["This field is required."]}
    assert 'value="Ada Attendee"' in answer.text
    assert 'value="Béla"' in answer.text


def test_ten_minutes_more_once_and_what_is_half_typed_stays(guest, held):
    until = held.expires_at

    answer = guest.post(page_of(held), {"name": "Ada", "email": "ada@", "more_time": "1"})
    again = guest.post(page_of(held), {"name": "Ada", "email": "ada@", "more_time": "1"})

    held.refresh_from_db()
    assert held.expires_at == until + timedelta(minutes=10)
    assert "Ten minutes more are yours" in text_of(answer)
    assert 'value="ada@"' in answer.text
    assert 'role="alert"' not in answer.text
    assert "10 minutes more" not in text_of(again)
    assert "were kept longer once already" in text_of(again)


def test_terms_are_accepted_before_anything_is_certain(guest, held):
    event = held.event
    event.terms = "No **glass** bottles."
    event.save()

    without = guest.post(page_of(held), ADA)
    accepted = guest.post(page_of(held), ADA | {"terms": "on"})

    held.refresh_from_db()
    assert errors_of(without) == {"terms": ["This field is required."]}
    assert "No glass bottles." in text_of(without)
    assert (accepted.status_code, held.terms_accepted_at) == (302, NOW)


def test_questions_of_every_kind_are_answered(guest, held, free):
    kinds = {
        QuestionKind.LINE: "Soup", QuestionKind.TEXT: "A\nB", QuestionKind.NUMBER: "12,5",
        QuestionKind.YES_NO: "no", QuestionKind.CHOICE: "Red", QuestionKind.CHOICES: ["Red"],
        QuestionKind.DATE: "2026-06-01", QuestionKind.COUNTRY: "FR",
        QuestionKind.PHONE: "+33 1 23 45 67 89",
    }  # fmt: skip
    asked = {
        kind: QuestionFactory(
            event=free.event,
            kind=kind,
            scope=QuestionScope.ORDER,
            is_required=True,
            options=["Red", "Blue"] if kind in {"choice", "choices"} else [],
        )
        for kind in kinds
    }

    empty = guest.post(page_of(held), ADA)
    answer = guest.post(
        page_of(held), ADA | {f"answers.{asked[k].pk}": v for k, v in kinds.items()}
    )

    held.refresh_from_db()
    assert set(errors_of(empty)) == {f"answers.{one.pk}" for one in asked.values()}
    assert answer.status_code == 302
    assert held.answers == {str(asked[kind].pk): value for kind, value in kinds.items()}


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [("number", "many"), ("choice", "Green"), ("date", "2026-13-01"), ("country", "XX"),
     ("phone", "call me"), ("yes_no", "perhaps")],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_asked_for_again_at_its_place(guest, held, free, kind, wrong):
    options = ["Red", "Blue"] if kind == "choice" else []
    one = QuestionFactory(event=free.event, kind=kind, scope="order", options=options)

    answer = guest.post(page_of(held), ADA | {f"answers.{one.pk}": wrong})

    assert (answer.status_code, set(errors_of(answer))) == (400, {f"answers.{one.pk}"})


def test_a_question_for_each_ticket_that_hangs_on_another(guest, held, free):
    eats = QuestionFactory(event=free.event, kind="yes_no", label="Do you eat with us?")
    what = QuestionFactory(
        event=free.event, label="What?", is_required=True, shown_if=eats, shown_if_answer="yes"
    )
    said = {f"tickets.1.answers.{eats.pk}": "yes", f"tickets.2.answers.{eats.pk}": "no",
            f"tickets.2.answers.{what.pk}": "never asked"}  # fmt: skip

    asked = guest.get(page_of(held))
    missing = guest.post(page_of(held), ADA | said)
    guest.post(page_of(held), ADA | said | {f"tickets.1.answers.{what.pk}": "Soup"})

    assert "Only if you answered “Yes” to “Do you eat with us?”." in text_of(asked)
    assert set(errors_of(missing)) == {f"tickets.1.answers.{what.pk}"}
    first, second = held.tickets.order_by("number")
    assert first.answers == {str(eats.pk): "yes", str(what.pk): "Soup"}
    assert second.answers == {str(eats.pk): "no"}


def test_a_question_for_one_kind_of_ticket_is_asked_there_alone(guest, held, free):
    other = TicketTypeFactory(event=free.event)
    one = QuestionFactory(event=free.event, is_required=True)
    one.ticket_types.add(other, through_defaults={"event": free.event, "organizer": free.organizer})

    assert guest.post(page_of(held), ADA).status_code == 302


def test_a_question_is_read_in_ones_language_and_kept_in_the_organizers(guest, held, free):
    one = QuestionFactory(event=free.event, kind="choice", scope="order", options=["Red", "White"])
    QuestionText.objects.create(
        event=free.event, organizer=free.organizer, question=one, language="fr",
        label="Quel vin ?", options=["Rouge", "Blanc"],
    )  # fmt: skip

    page = guest.get(f"/fr{page_of(held)}")

    assert "Quel vin ?" in text_of(page)
    assert 'value="Red"' in page.text
    assert "Rouge" in text_of(page)


def test_without_a_way_to_pay_details_are_kept_and_the_page_says_so(guest, paid, monkeypatch):
    monkeypatch.setattr(payment_panels, "_entries", [])
    booking = booking_in(choose(guest, (paid, 1)))
    for words in ["Paying is not possible here yet", "Keep my details"]:
        assert words in text_of(guest.get(page_of(booking)))

    answer = guest.post(page_of(booking), ADA)

    booking.refresh_from_db()
    assert answer["Location"] == page_of(booking)
    assert "Your details are kept." in text_of(guest.get(page_of(booking)))
    assert (booking.status, booking.buyer_name) == (BookingStatus.HELD, "Ada Attendee")


def test_50_what_costs_something_is_not_confirmed_by_its_details(guest, paid):
    booking = booking_in(choose(guest, (paid, 1)))

    answer = guest.post(page_of(booking), ADA)

    booking.refresh_from_db()
    assert answer["Location"].startswith(f"{settings.SIMULATOR_URL}/pay/")
    assert (booking.status, booking.buyer_name) == (BookingStatus.HELD, "Ada Attendee")
    assert booking.guarded_until is not None


def test_22_what_is_not_asked_cannot_be_changed(guest, held):
    forged = {"status": "confirmed", "total": "0", "user": "1", "expires_at": "2099-01-01"}

    guest.post(page_of(held), forged)

    held.refresh_from_db()
    assert (held.status, held.user, held.buyer_email) == (BookingStatus.HELD, None, "")


def test_a_limit_per_person_is_said_at_the_form(guest, free, book):
    free.max_per_person = 2
    free.save()
    book(free, 2)
    booking = booking_in(choose(guest, (free, 1)))

    answer = guest.post(page_of(booking), ADA)

    assert answer.status_code == 409
    assert "more than one person can have" in text_of(answer)


@pytest.mark.parametrize("is_swept", [True, False])
def test_a_hold_that_ran_out_says_so_and_is_held_again_with_what_was_typed(
    guest, held, free, monkeypatch, is_swept
):
    Booking.objects.update(buyer_email="ada@example.org", buyer_name="Ada", expires_at=NOW)
    later = NOW + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    if is_swept:
        release_expired_holds(now=later)

    over = guest.get(page_of(held))
    confirmed = guest.post(page_of(held), ADA)
    again = booking_in(guest.post(f"{page_of(held)}again/"))

    assert "The time is over" in text_of(over)
    assert "Hold 2 places again" in text_of(over)
    assert "The time is over" in text_of(confirmed)
    assert (again.status, again.buyer_email) == (BookingStatus.HELD, "ada@example.org")
    assert again.tickets.count() == 2
    held.refresh_from_db()
    assert held.status in {BookingStatus.EXPIRED, BookingStatus.CANCELLED}


def test_what_is_half_typed_when_the_time_runs_out_is_there_again(guest, held):
    Booking.objects.update(expires_at=NOW - timedelta(minutes=1))
    typed = {"name": "Ada", "email": "ada@", "tickets.2.name": "Béla"}

    over = guest.post(page_of(held), typed)
    again = guest.post(f"{page_of(held)}again/", typed)

    assert '<input type="hidden" name="tickets.2.name" value="Béla">' in over.text
    assert again.status_code == 200
    assert 'value="ada@"' in again.text
    assert 'value="Béla"' in again.text
    new = Booking.objects.latest("id")
    assert f'action="{page_of(new)}"' in again.text
    assert guest.post(page_of(new), ADA).status_code == 302


def test_what_ran_out_and_is_gone_meanwhile_leads_to_the_choice(guest, held, free, book):
    Booking.objects.update(expires_at=NOW - timedelta(minutes=1))
    release_expired_holds(now=NOW)
    book(free, 4)

    answer = guest.post(f"{page_of(held)}again/")

    assert answer.status_code == 409
    assert "Only 1 place is left." in text_of(answer)


@pytest.mark.parametrize("questions", [0, 3])
def test_pages_cost_the_same_however_many_tickets(
    guest, event, questions, django_assert_max_num_queries
):
    one = TicketTypeFactory(event=event, kind="free")
    QuestionFactory.create_batch(questions, event=event)
    booking = booking_in(choose(guest, (one, 8)))

    with django_assert_max_num_queries(7):
        guest.get(page_of(booking))
    guest.post(page_of(booking), ADA)
    guest.get(page_of(booking))  # makes the event's key
    with django_assert_max_num_queries(6):
        guest.get(page_of(booking))


def test_a_guess_at_a_booking_costs_one_statement(held):
    guessing = Client()
    guessing.cookies[PREFIX + held.reference] = "guess"

    statements = queries_of(lambda: guessing.get(page_of(held)))

    assert ["bookings_booking" in one for one in statements] == [True]


def test_names_of_any_script_are_shown_as_text(guest, held):
    evil = "</script><img src=x onerror=alert(1)>عبد 🎺"
    guest.post(page_of(held), ADA | {"name": evil})

    answer = guest.get(page_of(held))

    assert "<img src=x" not in answer.text
    assert "عبد 🎺" in answer.text
