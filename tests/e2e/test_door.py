"""The scanner in a real browser: with a camera, with a keyboard, and without a network."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from bookings.domain.codes import codes_of
from bookings.domain.confirming import reissue_ticket
from bookings.domain.devices import change_list, register_device, revoke_device
from bookings.domain.door import check_in
from bookings.models import CheckInList, DoorEntry
from tests.bookings import conftest as given
from tests.bookings.doors import scan_of
from tests.bookings.doors import scanner as another
from tests.e2e.conftest import WIDTHS, overflow, press, sign_in, violations
from tests.factories import MembershipFactory
from tests.kit.camera import film_of

pytestmark = pytest.mark.django_db(transaction=True)
VECTORS = Path(__file__).parents[1] / "bookings/vectors/ticket_codes.json"
# What the tests of bookings are given, these are given too.
choir, event, free, book = given.choir, given.event, given.free, given.book
GREEN, RED, AMBER = "admitted", "refused", "check"


@pytest.fixture
def tickets(free, book):
    return list(book(free, 3).tickets.select_related("event").order_by("number"))


@pytest.fixture
def codes(tickets):
    return [codes_of([one])[one.pk] for one in tickets]


@pytest.fixture
def registered(event, organizer):
    return register_device(event, name="North gate", by=organizer, now=timezone.now())


@pytest.fixture
def scanner(page, live_server, event, registered):
    page.set_viewport_size(WIDTHS["phone"])
    page.goto(f"{live_server.url}/door/{event.slug}/#{registered[1]}")
    expect(page.locator("#state")).to_have_text("Online")
    return page


def scan(page, code):
    page.locator("#code").fill(code)
    page.locator("#code").press("Enter")


def expect_answer(page, kind, word):
    expect(page.locator("#answer")).to_have_attribute("data-kind", kind)
    expect(page.locator("#word")).to_have_text(word)
    expect(page.locator("#answer")).to_be_visible()


def test_golden_vectors_are_read_in_the_browser_as_in_python(page, live_server):
    page.goto(f"{live_server.url}/door/nowhere/")

    came_to = page.evaluate(
        """async (vectors) => {
          const codes = await import("/static/door/codes.js");
          const key = Uint8Array.from(vectors.public_key.match(/../g), (one) => parseInt(one, 16));
          const keys = new Map([...Array(256).keys()].map((one) => [one, key]));
          const read = async (code, verify) => {
            try {
              return await codes.readCode(code, keys, verify);
            } catch (error) {
              return error instanceof codes.CodeUnreadable ? "unreadable" : String(error);
            }
          };
          const results = {};
          for (const [name, verify] of [["own", codes.verified], ["ours", codes.verifiedByUs]]) {
            results[name] = {
              good: await Promise.all(vectors.good.map((one) => read(one.code, verify))),
              bad: await Promise.all(vectors.bad.map((one) => read(one.code, verify))),
            };
          }
          const bytes = codes.fromBase45("QED8WEX0");
          return { ...results, base45: String.fromCharCode(...bytes) };
        }""",
        vectors := json.loads(VECTORS.read_text()),
    )

    good = [
        {
            "key": one["key"],
            "event": one["event_number"],
            "ticket": one["ticket"],
            "generation": one["generation"],
            "notBefore": one["not_before"],
            "notAfter": one["not_after"],
            "flags": one["flags"],
        }
        for one in vectors["good"]
    ]
    for which in ("own", "ours"):
        assert came_to[which]["good"] == good
        assert came_to[which]["bad"] == ["unreadable"] * len(vectors["bad"])
    assert came_to["base45"] == "ietf!"


def test_a_ticket_is_admitted_once_and_then_already_in(scanner, codes, complaints, tickets):
    scan(scanner, codes[0])
    expect_answer(scanner, GREEN, "ADMITTED")
    expect(scanner.locator("#detail")).to_have_text("Ada Attendee")
    assert violations(scanner) == []

    scan(scanner, codes[0])

    expect_answer(scanner, RED, "ALREADY IN")
    expect(scanner.locator("#detail")).to_contain_text("North gate")
    assert violations(scanner) == []
    assert DoorEntry.objects.filter(result="admitted").count() == 1
    assert [one for one in complaints if "409" not in one] == []


def test_the_answer_goes_by_itself_and_totals_follow(scanner, codes):
    scan(scanner, codes[0])
    expect_answer(scanner, GREEN, "ADMITTED")

    expect(scanner.locator("#answer")).to_be_hidden()
    expect(scanner.locator("#inside")).to_have_text("1")
    expect(scanner.locator("#of")).to_have_text("of 3 came in")
    assert (violations(scanner), overflow(scanner)) == ([], 0)


def test_what_is_no_ticket_is_refused_in_words(scanner):
    scan(scanner, "HELLO")

    expect_answer(scanner, RED, "NO ENTRY")
    expect(scanner.locator("#detail")).to_have_text("This is no ticket of ours.")


def test_without_a_network_the_door_goes_on_and_sends_what_it_did(scanner, codes, tickets, context):
    reissue_ticket(tickets[2], by=None, now=timezone.now())
    scan(scanner, codes[0])
    expect_answer(scanner, GREEN, "ADMITTED")
    scanner.wait_for_function("caches.match(location.pathname).then(Boolean)")
    scanner.wait_for_function("navigator.serviceWorker.controller")
    scanner.reload()
    expect(scanner.locator("#state")).to_have_text("Online")  # it knows what was revoked
    context.set_offline(True)
    scanner.reload()
    expect(scanner.locator("#state")).to_have_text("No network")

    for code, kind, word in [
        (codes[1], GREEN, "ADMITTED"),
        (codes[1], RED, "ALREADY IN"),
        (codes[0], RED, "ALREADY IN"),
        (codes[2], RED, "NO ENTRY"),
        ("HELLO", RED, "NO ENTRY"),
    ]:
        scan(scanner, code)
        expect_answer(scanner, kind, word)
    expect(scanner.locator("#waiting")).to_have_text("1 scans wait to be sent")
    assert DoorEntry.objects.count() == 1

    context.set_offline(False)
    expect(scanner.locator("#state")).to_have_text("Online")
    expect(scanner.locator("#waiting")).to_have_text("")
    offline = DoorEntry.objects.get(is_offline=True)
    assert (offline.ticket, offline.result) == (tickets[1], "admitted")


def test_what_two_gates_let_in_without_a_network_is_told_with_the_first(
    scanner,
    codes,
    context,
    event,
    organizer,
):

    now = timezone.now()
    check_in(
        another(event, "South gate", now=now, by=organizer),
        scan_of(at=now - timedelta(minutes=2), code=codes[0]),
    )
    context.set_offline(True)
    scan(scanner, codes[0])
    expect_answer(scanner, GREEN, "ADMITTED")

    context.set_offline(False)

    expect(scanner.locator("#conflicts")).to_contain_text("let in twice")
    expect(scanner.locator("#conflicts")).to_contain_text("South gate")


def test_people_are_looked_up_let_in_by_hand_and_undone_with_the_pin(
    scanner,
    event,
    organizer,
    tickets,
):

    change_list(CheckInList.objects.get(), {"pin": "4711"}, by=organizer, now=timezone.now())
    scanner.get_by_label("Look up by name or booking").fill("ada")
    press(scanner, "Look up")
    scanner.get_by_label("PIN", exact=True).fill("4711")
    press(scanner, "Go on")

    scanner.get_by_role("button", name="Let in").first.click()
    expect_answer(scanner, GREEN, "ADMITTED")
    scanner.get_by_role("button", name="Undo").click()

    expect_answer(scanner, AMBER, "UNDONE")
    kinds = list(DoorEntry.objects.order_by("pk").values_list("kind", "is_by_hand"))
    assert kinds == [("in", True), ("undone", True)]


def test_a_scanner_that_was_switched_off_shows_nothing_more(scanner, registered, codes, organizer):
    revoke_device(registered[0], by=organizer, now=timezone.now())

    scan(scanner, codes[0])

    expect(scanner.locator("#state")).to_have_text("This scanner was switched off.")
    expect(scanner.locator("#scanning")).to_be_hidden()
    assert violations(scanner) == []


def test_a_steward_signs_in_and_makes_the_phone_a_scanner(page, live_server, event, steward):
    MembershipFactory(organizer=event.organizer, user=steward, role=Role.DOOR)
    sign_in(page, live_server.url, steward)
    page.goto(f"{live_server.url}/door/{event.slug}/")
    page.get_by_role("link", name="Sign in and start").click()
    assert violations(page) == []
    page.get_by_label("Gate").fill("East")

    press(page, "Scan with this phone")

    expect(page.locator("#state")).to_have_text("Online")
    expect(page.locator("#title")).to_have_text(event.title)
    assert "#" not in page.url


def test_the_camera_reads_the_code_and_the_next_scan_starts_by_itself(
    browser_type,
    browser_type_launch_args,
    live_server,
    event,
    registered,
    codes,
    tmp_path,
):
    film = film_of(codes[0], tmp_path / "code.y4m")
    arguments = [
        *browser_type_launch_args["args"],
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    try:
        page = browser.new_page(viewport=WIDTHS["phone"])
        page.goto(f"{live_server.url}/door/{event.slug}/#{registered[1]}")
        expect(page.locator("#state")).to_have_text("Online")

        press(page, "Scan with the camera")

        expect_answer(page, GREEN, "ADMITTED")
    finally:
        browser.close()
    assert DoorEntry.objects.filter(result="admitted").count() == 1
