"""From the page of an event to the ticket, in a real browser."""

import io
import os
import re
from datetime import timedelta

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from bookings.domain.codes import codes_of
from bookings.models import Booking, Ticket
from tests.e2e.conftest import WIDTHS, overflow, press, sign_in, violations
from tests.events.factories import (
    EventFactory,
    FeeFactory,
    PoolFactory,
    QuestionFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.factories import MembershipFactory, OrganizerFactory

pytestmark = [pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("TICKETING_SHOTS", "")


@pytest.fixture
def songs(organizer):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    choir = OrganizerFactory(name="Village choir", slug="village-choir", started_by=organizer)
    MembershipFactory(organizer=choir, user=organizer)
    songs = EventFactory(
        organizer=choir, slug="quiet-songs", title="Quiet songs", accent="#7a2e8f",
        venue=VenueFactory(organizer=choir, name="Salle des fêtes"), status="published",
        starts_at=now + timedelta(days=10), doors_open_at=now + timedelta(days=9, hours=23),
        terms="## House rules\n\nNo glass bottles.", refund_until_days=2,
    )  # fmt: skip
    hall = PoolFactory(event=songs, capacity=8)
    TicketTypeFactory(event=songs, name="Standing", kind="free", pool=hall)
    TicketTypeFactory(event=songs, name="Balcony", price=2000)
    TicketTypeFactory(event=songs, name="Supporter", kind="own_price", price=2500, min_price=500)
    FeeFactory(event=songs, amount=150)
    eats = QuestionFactory(event=songs, kind="yes_no", label="Do you eat with us?")
    QuestionFactory(
        event=songs, label="What do you eat?", is_required=True, shown_if=eats,
        shown_if_answer="yes",
    )  # fmt: skip
    QuestionFactory(event=songs, kind="country", label="Where do you come from?", scope="order")
    return songs


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def is_fine(page):
    assert violations(page) == []
    assert overflow(page) <= 0
    return True


def fill(page):
    page.get_by_label("E-mail address").fill("ada@gmail.com")
    page.get_by_label("Your name").fill("Ada Attendee")
    page.get_by_label("I accept the terms").check()


def code_on(page, number):
    return read_from(page.locator(f"#ticket-{number} .qr"))


def read_from(shown):
    """What a scanner reads from the screen."""
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown.screenshot())))
    return read.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_guest_books_free_tickets_in_two_screens(
    page, live_server, songs, complaints, width, scheme
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(WIDTHS[width])
    asked = []
    page.on("request", lambda one: asked.append(one) if one.is_navigation_request() else None)
    shot = f"{width}-{scheme}"

    page.goto(f"{live_server.url}/events/quiet-songs/")
    asked.clear()
    page.get_by_label("How many: Standing").select_option("2")
    shoot(page, f"1-event-{shot}")
    assert is_fine(page)
    press(page, "Hold 2 places · Free")

    expect(page.get_by_text("2 tickets held for you until")).to_be_visible()
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"1[45]:\d\d left"))
    expect(page.get_by_label("What do you eat?").first).to_be_hidden()
    page.get_by_label("Yes").first.check()
    page.get_by_label("What do you eat?").first.fill("Soup")
    fill(page)
    shoot(page, f"2-details-{shot}")
    assert is_fine(page)
    press(page, "Confirm 2 tickets")

    expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()
    shoot(page, f"3-tickets-{shot}")
    assert is_fine(page)
    assert len(asked) <= 4
    assert complaints == []
    tickets = list(Ticket.objects.filter(event=songs).select_related("event"))
    codes = codes_of(tickets)
    assert {code_on(page, one.number) for one in tickets} == {codes[one.pk] for one in tickets}


def test_guest_books_by_the_keyboard_alone(page, live_server, songs):
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.get_by_label("How many: Standing").focus()
    page.keyboard.type("1")
    page.get_by_role("button", name="Hold 1 place").focus()
    page.keyboard.press("Enter")
    page.get_by_label("I accept the terms").focus()
    page.keyboard.press("Space")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada Attendee")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your ticket")).to_be_visible()


def test_guest_books_without_a_script(browser, live_server, songs):
    context = browser.new_context(java_script_enabled=False, viewport=WIDTHS["phone"])
    page = context.new_page()
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.get_by_label("How many: Standing").select_option("1")
    press(page, "Hold places")

    expect(page.get_by_text("1 ticket held for you until")).to_be_visible()
    expect(page.get_by_text("Only if you answered “Yes”")).to_be_visible()
    press(page, "10 minutes more")
    expect(page.get_by_text("Ten minutes more are yours")).to_be_visible()
    press(page, "Confirm 1 ticket")
    expect(page.get_by_role("alert")).to_contain_text("Everything you typed is still here.")
    fill(page)
    page.get_by_label("E-mail address").fill("ada@gmial.com")
    press(page, "Confirm 1 ticket")
    press(page, "Use ada@gmail.com")

    expect(page.get_by_role("heading", name="Your ticket")).to_be_visible()
    (ticket,) = Ticket.objects.filter(event=songs).select_related("event")
    assert code_on(page, 1) == codes_of([ticket])[ticket.pk]
    assert Booking.objects.get().buyer_email == "ada@gmail.com"
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_costs_something_says_all_in_what_and_how_it_is_paid(page, live_server, songs, width):
    page.set_viewport_size(WIDTHS[width])
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.get_by_label("How many: Balcony").select_option("2")
    press(page, "Hold 2 places · €43.00")

    expect(page.get_by_role("button", name="Pay €43.00")).to_be_visible()
    expect(page.locator(".sum").get_by_text("€43.00")).to_have_count(2)
    expect(page.get_by_text("We never see your card.")).to_be_visible()
    with page.expect_response("**/link.svg"):
        page.get_by_text("Continue on another device").click()
    drawn = page.get_by_role("img", name="Code of the link")
    drawn.evaluate("picture => picture.decode()")
    assert read_from(drawn) == page.get_by_label("Link", exact=True).input_value()
    shoot(page, f"2-paid-{width}")
    assert is_fine(page)


def test_choice_that_cannot_be_stays_and_says_why(page, live_server, songs):
    page.set_viewport_size(WIDTHS["phone"])
    # Until it has looked at the tickets, or it would see that they are gone.
    page.goto(f"{live_server.url}/events/quiet-songs/", wait_until="networkidle")
    page.get_by_label("How many: Standing").select_option("8")
    for place in songs.pools.get(capacity=8).places.all()[:6]:
        place.holder = songs.pk
        place.save()
    press(page, "Hold 8 places · Free")

    expect(page.get_by_text("Only 2 places are left.")).to_be_visible()
    expect(page.get_by_label("How many: Standing")).to_have_value("2")
    shoot(page, "1-sold-out-phone")
    assert is_fine(page)
    press(page, "Hold 2 places · Free")
    expect(page.get_by_text("2 tickets held for you until")).to_be_visible()


def test_what_somebody_chose_stays_while_the_page_follows_what_is_sold(page, live_server, songs):
    page.clock.install()
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.wait_for_timeout(500)
    page.get_by_label("How many: Standing").select_option("2")
    page.get_by_label("How many: Standing").blur()
    place = songs.pools.get(capacity=8).places.first()
    place.holder = songs.pk
    place.save()
    page.wait_for_timeout(2500)
    page.clock.fast_forward(20_000)

    expect(page.get_by_text("7 left")).to_be_visible()
    expect(page.get_by_label("How many: Standing")).to_have_value("2")
    expect(page.get_by_role("button", name="Hold 2 places")).to_be_visible()


def test_time_that_runs_out_is_said_and_the_way_back_is_one_button(page, live_server, songs):
    page.set_viewport_size(WIDTHS["phone"])
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.get_by_label("How many: Standing").select_option("2")
    press(page, "Hold 2 places · Free")
    Booking.objects.update(expires_at=timezone.now() + timedelta(seconds=2))
    page.reload()
    page.get_by_label("Your name").fill("Ada")

    expect(page.get_by_text("The time is over")).to_be_visible()
    shoot(page, "2-over-phone")
    assert is_fine(page)
    press(page, "Hold 2 places again")
    expect(page.get_by_text("2 tickets held for you until")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Ada")


def test_person_finds_books_changes_and_gives_up(page, live_server, songs, attendee):
    page.set_viewport_size(WIDTHS["phone"])
    sign_in(page, live_server.url, attendee)
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.get_by_label("How many: Standing").select_option("2")
    press(page, "Hold 2 places · Free")
    expect(page.get_by_label("E-mail address")).to_have_value("attendee@example.org")
    page.get_by_label("I accept the terms").check()
    press(page, "Confirm 2 tickets")

    page.goto(f"{live_server.url}/account/bookings/")
    shoot(page, "4-mine-phone")
    assert is_fine(page)
    page.get_by_role("link", name="Quiet songs").click()
    page.get_by_role("link", name="Change the names").click()
    page.get_by_label("Name on ticket 2").fill("Béla")
    shoot(page, "5-names-phone")
    assert is_fine(page)
    press(page, "Keep these changes")
    expect(page.locator(".pass-name").get_by_text("Béla")).to_be_visible()
    page.get_by_role("link", name="You cannot come?").click()
    page.get_by_label(re.compile("Béla")).check()
    shoot(page, "6-give-up-phone")
    assert is_fine(page)
    press(page, "Give these tickets up")
    expect(page.get_by_role("heading", name="Your ticket")).to_be_visible()
