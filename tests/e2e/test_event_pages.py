"""The pages of what is on, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from events.enums import CodeKind, Visibility
from events.models import Category, CategoryName, Event
from tests.e2e.conftest import (
    SMALLEST,
    WIDTHS,
    in_french,
    press,
    sign_in,
    troubles,
    violations,
)
from tests.events.factories import (
    CodeFactory,
    EventFactory,
    FeeFactory,
    PoolFactory,
    SeriesFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.factories import MembershipFactory, OrganizerFactory

pytestmark = [pytest.mark.django_db(transaction=True)]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier"
WORDS = "Forty voices.\n\n## What to expect\n\n- Soup\n\n> Hush\n\n[Write](mailto:a@example.org)"
PAGES = [
    "/",
    "/events/",
    "/events/?q=quiet&city=Lyon&free=on&from=2026-13-1",
    "/events/category/music/",
    "/organizers/village-choir/",
    "/events/quiet-songs/",
    "/events/quiet-songs/?code=FRIENDS",
    "/events/quiet-songs/?code=GUESS",
    "/events/long/",
    "/events/cancelled/",
    "/events/a-wedding/",
]


@pytest.fixture
def _on(organizer):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    choir = OrganizerFactory(name="Village choir", slug="village-choir", started_by=organizer)
    MembershipFactory(organizer=choir, user=organizer)
    # What migrations made is gone after a test that truly commits.
    music, _is_new = Category.objects.get_or_create(slug="music")
    CategoryName.objects.get_or_create(category=music, language="en", defaults={"name": "Music"})
    hall = VenueFactory(
        organizer=choir, name="Salle des fêtes", street="12 rue de la Paix", postal_code="69003",
        latitude="45.76", longitude="4.85", directions="Tram **T1**.",
    )  # fmt: skip
    facts = {
        "organizer": choir, "venue": hall, "category": music,
        "series": SeriesFactory(organizer=choir), "summary": "An evening.", "description": WORDS,
        "accent": "#f2b84b",
    }  # fmt: skip

    def event(slug, title, days, **others):
        return EventFactory(
            slug=slug, title=title, starts_at=now + timedelta(days=days),
            **{**facts, "status": "published", **others},
        )  # fmt: skip

    songs = event("quiet-songs", "Quiet songs", 10, doors_open_at=now + timedelta(days=9, hours=23))
    FeeFactory(event=songs, amount=100)
    TicketTypeFactory(event=songs, name="Standing", description="In front of the stage")
    TicketTypeFactory(event=songs, name="Balcony", pool=PoolFactory(event=songs, capacity=2))
    TicketTypeFactory(event=songs, name="Gone", pool=PoolFactory(event=songs, capacity=0))
    TicketTypeFactory(event=songs, name="Supporter", kind="own_price", price=2000, min_price=500)
    TicketTypeFactory(event=songs, name="Later", sale_starts_at=now + timedelta(days=2))
    TicketTypeFactory(event=songs, name="Friends", is_hidden=True)
    CodeFactory(event=songs, code="FRIENDS", kind=CodeKind.ACCESS)
    long = event("long", f"{LONG} {LONG}", 12, accent="#ffeb3b", sales_paused_at=now)
    TicketTypeFactory(event=long, name=LONG, description=LONG)
    event("cancelled", "Open-air cinema", 13, status="cancelled", notice="It rains.")
    event("draft", "A draft", 14, status="draft")
    wedding = event(
        "a-wedding", "A wedding", 15, visibility=Visibility.PRIVATE, access_digest="0" * 64
    )
    Event.objects.filter(pk=wedding.pk).update(access_digest=wedding.digest_of("roses-2026"))
    for number in range(30):
        event(f"night-{number}", f"Night no. {number}", 20 + number, series=None)


@pytest.mark.usefixtures("_on")
def test_pages_are_accessible_and_fit(page, live_server, complaints):
    assert troubles(page, live_server.url, PAGES) == {}
    assert complaints == []


@pytest.mark.usefixtures("_on")
def test_pages_in_french_are_accessible_and_fit_the_smallest_phone(page, live_server):
    page.set_viewport_size(SMALLEST)

    assert troubles(page, live_server.url, [f"/fr{address}" for address in PAGES], in_french) == {}


@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_shifts_while_the_page_of_an_event_comes(page, live_server, width):
    page.set_viewport_size(WIDTHS[width])
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries())"
        " window.shift += one.value }).observe({ type: 'layout-shift', buffered: true })"
    )

    page.goto(f"{live_server.url}/events/quiet-songs/", wait_until="networkidle")

    assert page.evaluate("window.shift") < 0.01


@pytest.mark.usefixtures("_on")
def test_somebody_finds_an_evening_by_the_keyboard_alone(page, live_server):
    page.goto(f"{live_server.url}/")

    page.get_by_label("What").focus()
    page.keyboard.type("quiet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 event")).to_be_visible()
    assert "from=" not in page.url
    page.get_by_role("link", name="Quiet songs").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="Quiet songs")).to_be_visible()


@pytest.mark.usefixtures("_on")
def test_the_way_to_the_tickets_stays_in_view_on_a_phone(page, live_server):
    page.set_viewport_size(WIDTHS["phone"])
    page.goto(f"{live_server.url}/events/quiet-songs/")

    link = page.get_by_role("link", name="See tickets")
    expect(link).to_be_in_viewport()
    link.press("Enter")

    expect(page.get_by_role("heading", name="Tickets")).to_be_in_viewport()
    expect(page.locator("[data-bar]")).to_have_attribute("inert", "")


@pytest.mark.usefixtures("_on")
def test_more_of_a_list_comes_without_leaving_it_and_without_a_script_too(
    browser, page, live_server
):
    page.goto(f"{live_server.url}/events/")
    cards = page.locator(".card-title")
    expect(cards).to_have_count(24)
    page.get_by_role("link", name="Show more events").click()
    expect(cards).to_have_count(32)
    expect(page.get_by_role("link", name="Show more events")).to_have_count(0)

    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{live_server.url}/events/")
    plain.get_by_role("link", name="Show more events").click()
    expect(plain.locator(".card-title")).to_have_count(8)
    expect(plain.get_by_role("button", name="Near me")).to_be_hidden()
    context.close()


@pytest.mark.usefixtures("_on")
def test_near_me_asks_the_browser_and_tells_no_more_than_a_kilometre(browser, live_server):
    context = browser.new_context(
        geolocation={"latitude": 45.7612345, "longitude": 4.8512345}, permissions=["geolocation"]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/")

    page.get_by_role("button", name="Near me").click()

    expect(page.get_by_role("link", name="Leave out: Within 25 km of you")).to_be_visible()
    assert "near=45.76%2C4.85" in page.url
    expect(page.get_by_role("link", name="Quiet songs")).to_be_visible()
    context.close()


@pytest.mark.usefixtures("_on")
def test_tickets_on_the_page_follow_what_is_sold(page, live_server):
    page.clock.install()
    page.goto(f"{live_server.url}/events/quiet-songs/")
    expect(page.get_by_text("2 left")).to_be_visible()

    Event.objects.filter(slug="quiet-songs").update(sales_paused_at=timezone.now())
    paused = page.get_by_text("Sales are paused").first
    for _ in range(5):  # what was asked just before the pause may be shown once more
        page.wait_for_timeout(2500)
        page.clock.fast_forward(20_000)
        if paused.is_visible():
            break

    expect(paused).to_be_visible()


@pytest.mark.usefixtures("_on")
def test_guest_opens_a_private_event_with_its_code(page, live_server, complaints):
    page.goto(f"{live_server.url}/events/a-wedding/")
    page.get_by_label("Access code").fill("roses-2026")
    press(page, "Open the event")

    expect(page.get_by_role("heading", level=1, name="A wedding")).to_be_visible()
    assert violations(page) == []
    assert complaints == []


@pytest.mark.usefixtures("_on")
def test_team_looks_at_a_draft(page, live_server, organizer):
    sign_in(page, live_server.url, organizer)

    page.goto(f"{live_server.url}/events/draft/preview/")

    expect(page.get_by_text("Only your team sees this page.")).to_be_visible()
    assert violations(page) == []


@pytest.mark.usefixtures("_on")
def test_reader_elsewhere_sees_the_beginning_by_their_own_clock(browser, live_server):
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()

    page.goto(f"{live_server.url}/events/quiet-songs/")

    expect(page.get_by_text("Where you are:")).to_be_visible()
    context.close()
