"""The whole way of a guest: from the event's page to a file on the phone, and in at the door."""

import io

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from playwright.sync_api import expect

from bookings.domain.devices import register_device
from bookings.models import DoorEntry, Ticket
from tests.bookings import conftest as given
from tests.e2e.conftest import WIDTHS, overflow, press, violations
from tests.kit.camera import film_of

pytestmark = pytest.mark.django_db(transaction=True)
choir, event, free = given.choir, given.event, given.free


def is_fine(page):
    assert (violations(page), overflow(page)) == ([], 0)
    return True


def read(content):
    """The words of a PDF, and the codes that somebody sees in it."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        words = " ".join(page.get_textpage().get_text_range() for page in document)
        pictures = [page.render(scale=2).to_pil() for page in document]
    return words, [found.text for each in pictures for found in zxingcpp.read_barcodes(each)]


@pytest.fixture
def with_camera(browser_type, browser_type_launch_args):
    """A phone whose camera sees a film."""
    opened = []

    def open_with(film):
        arguments = [
            *browser_type_launch_args["args"],
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]
        browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
        opened.append(browser)
        return browser.new_page(viewport=WIDTHS["phone"])

    yield open_with
    for browser in opened:
        browser.close()


def test_guest_books_in_two_screens_keeps_the_pdf_comes_in_with_it_and_not_twice(
    page, live_server, event, free, organizer, with_camera, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path / "files"
    page.set_viewport_size(WIDTHS["phone"])
    page.goto(f"{live_server.url}/events/{event.slug}/")
    page.get_by_label(f"How many: {free.name}").select_option("1")
    assert is_fine(page)
    press(page, "Hold 1 place · Free")
    page.get_by_label("E-mail address").fill("ada@gmail.com")
    page.get_by_label("Your name").fill("Ada Attendee")
    assert is_fine(page)
    press(page, "Confirm 1 ticket")
    expect(page.get_by_role("heading", name="Your ticket")).to_be_visible()
    assert is_fine(page)

    link = page.get_by_role("link", name="As a PDF").get_attribute("href")
    file = page.request.get(f"{live_server.url}{link}")
    words, codes = read(file.body())
    assert (file.status, file.headers["content-type"]) == (200, "application/pdf")
    ticket = Ticket.objects.select_related("booking", "event").get()
    for expected in (event.title, "Ada Attendee", f"{ticket.booking.reference}-1"):
        assert expected in words
    assert len(codes) == 1

    token = register_device(event, name="North gate", by=organizer, now=timezone.now())[1]
    door = with_camera(film_of(codes[0], tmp_path / "code.y4m", seconds_away=4))
    door.goto(f"{live_server.url}/door/{event.slug}/#{token}")
    expect(door.locator("#state")).to_have_text("Online")
    press(door, "Scan with the camera")
    expect(door.locator("#word")).to_have_text("ADMITTED")
    assert is_fine(door)
    # The same ticket is held up once more, and nobody has to touch the scanner for it.
    expect(door.locator("#word")).to_have_text("ALREADY IN", timeout=15_000)
    assert is_fine(door)
    results = DoorEntry.objects.order_by("pk").values_list("ticket", "result")
    assert list(results[:2]) == [(ticket.pk, "admitted"), (ticket.pk, "refused")]
