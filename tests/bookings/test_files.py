"""Tickets as files: what stands in them, who gets them, and that no stale one is ever given."""

import io
import urllib.request
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.template.loader import render_to_string as render

from bookings.domain import files
from bookings.domain.codes import codes_of, public_keys, read_code
from bookings.domain.confirming import cancel_booking, change_booking, reissue_ticket
from bookings.domain.files import NothingToPrint, clear_files, keep_file, printed, sheets_of
from bookings.domain.wishes import Attendee
from bookings.models import Booking, Ticket, TicketFile
from bookings.printing import press
from bookings.printing.sheets import digest_of
from bookings.queries.bookings import to_print
from events.media.domain.logos import set_logo
from events.media.storage import NotStored, StoreAway, store
from events.models import Event
from tests.bookings.test_mails import BOB
from tests.events.factories import NOW, VenueFactory
from tests.events.media.conftest import bucket, folder, place, s3
from tests.events.media.files import picture
from ticketing.core.models import Delivery
from ticketing.core.outbox import Retry, deliver_all

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
__all__ = ["bucket", "folder", "place", "s3"]  # fixtures


@pytest.fixture
def event(event):
    event.venue = VenueFactory(organizer=event.organizer, name="Village hall")
    event.online_url, event.timezone = "", "Europe/Paris"
    event.save()
    return event


@pytest.fixture
def booking(folder, free, book):
    return book(free, 2, attendees=[Attendee(name="Ada Attendee"), BOB])


def text_of(content):
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def codes_in(content):
    with pypdfium2.PdfDocument(content) as document:
        return [
            found.text
            for page in document
            for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        ]


def content_of(name):
    into = io.BytesIO()
    store().fetch(name, into, most=10**7)
    return into.getvalue()


def test_a_file_has_a_page_for_each_ticket_with_its_code(booking):
    content = printed(booking).content

    tickets = list(booking.tickets.order_by("number"))
    for one in tickets:
        one.event = booking.event
    assert codes_in(content) == list(codes_of(tickets).values())
    for words, ticket in zip(text_of(content), tickets, strict=True):
        for said in ("Quiet songs", "Village hall, Lyon", ticket.attendee_name, ticket.serial):
            assert said in words


def test_the_organizer_s_logo_and_colour_stand_on_every_page(booking, event, organizer):
    before = digest_of(files.sheets_for(full(booking), None))
    Event.objects.filter(pk=event.pk).update(accent="#7a2e8f")
    set_logo(
        event.organizer, io.BytesIO(picture("PNG", size=(1200, 300), colour=(0, 120, 60))),
        by=organizer, now=NOW,
    )  # fmt: skip

    content = printed(booking).content

    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            (logo,) = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
            left, bottom, right, top = logo.get_bounds()
            seen = page.render(scale=1).to_pil().convert("RGB")
            assert logo.get_px_size() == (480, 120)
            middle = (int((left + right) / 2), int(seen.height - (top + bottom) / 2))
            assert seen.getpixel(middle) == pytest.approx((0, 120, 60), abs=4)
            assert seen.getpixel((5, 5)) == (0x7A, 0x2E, 0x8F)
    assert digest_of(files.sheets_for(full(booking), None)) != before


def full(booking):
    return to_print(Booking.objects.all()).get(pk=booking.pk)


def test_the_code_in_the_file_opens_the_door(booking):
    one = booking.tickets.first()

    (code,) = codes_in(printed(booking, ticket=one).content)

    read = read_code(code, public_keys(booking.event))
    assert (read.ticket, read.generation) == (one.pk, 1)


NAMES = [
    "Zoë Ľubomír Ñandú",
    "Ольга Ελένη",
    "محمد بن سلمان",
    "שלום עליכם",
    "王小明 ひらがな 한국어",
    "ภาษาไทย",
    "Ada 🎉",
    "مرحبا Ada 123",
    '<b onclick="x">Bob</b> & Söhne',
    "{{ name }} {% load x %} {name}",
    "x" * 200,
    "W" * 60 + " " + "ÄÖ" * 60,
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_stands_in_the_file_as_it_was_written(booking, name):
    ticket = booking.tickets.first()
    Ticket.objects.filter(pk=ticket.pk).update(attendee_name=name)

    content = printed(booking, ticket=ticket).content

    (page,) = text_of(content)
    assert "".join(name.split()) in "".join(page.split())
    assert len(codes_in(content)) == 1


PAYLOADS = [
    "<img src=file:///etc/passwd>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<link rel=stylesheet href=http://169.254.169.254/latest>",
    "<style>@import url(http://127.0.0.1:1/x)</style>",
    "</p></article><script>x</script><svg><image href='http://127.0.0.1:1/'/></svg>",
    "<object data=ftp://127.0.0.1/x></object>",
    "<iframe src=//127.0.0.1:1></iframe>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_43_html_in_a_name_is_letters(booking, payload, monkeypatch):
    asked = []
    monkeypatch.setattr(
        urllib.request.OpenerDirector, "open", lambda *args, **kw: asked.append(args)
    )
    Ticket.objects.filter(pk=booking.tickets.first().pk).update(attendee_name=payload)
    Event.objects.update(title=payload[:150])

    words = text_of(printed(booking).content)

    assert asked == []
    assert "".join(payload.split()) in "".join(words[0].split())


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_43_even_html_that_got_into_a_page_reaches_nothing(booking, payload, monkeypatch):
    asked, kept = [], []
    monkeypatch.setattr(
        urllib.request.OpenerDirector, "open", lambda *args, **kw: asked.append(args)
    )
    monkeypatch.setattr(
        press,
        "render_to_string",
        lambda name, context=None: (
            kept.append(name)
            or (payload + "<p>still printed</p>" if "tickets" in name else render(name, context))
        ),
    )

    content = press.print_tickets(sheets_for(booking))

    assert "pdf/tickets.html" in kept
    assert asked == []
    assert "still printed" in text_of(content)[0]
    assert b"root:" not in content
    with pypdfium2.PdfDocument(content) as document:
        assert document.count_attachments() == 0


def sheets_for(booking):
    found = Booking.objects.select_related("event__venue", "event__organizer").get(pk=booking.pk)
    return sheets_of(found, list(found.tickets.select_related("line").order_by("number")))


def test_nothing_of_a_name_is_logged(booking, caplog):
    Ticket.objects.filter(pk=booking.tickets.first().pk).update(attendee_name="𒀀𒀁𒀂 Secret")

    with caplog.at_level("DEBUG", logger="weasyprint"):
        caplog.clear()
        press.press.cache_clear()
        printed(booking)

    assert [one for one in caplog.records if one.name.startswith("weasyprint")] == []


def test_a_file_is_kept_and_given_by_a_link_from_then_on(booking, client, place):
    first = printed(booking)
    deliver_all(now=NOW)

    second = printed(booking)

    row = TicketFile.objects.get(booking=booking)
    assert (first.link, second.content) == ("", b"")
    given = place.get(second.link)
    assert given.body == content_of(row.name)
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Content-Disposition"] == f'attachment; filename="{booking.reference}.pdf"'
    assert text_of(given.body) == text_of(first.content)


def change_name(booking):
    ticket = booking.tickets.first()
    change_booking(booking, attendees={ticket.pk: Attendee(name="Eve")}, by=None, now=LATER)


def change_time(booking):
    Event.objects.update(starts_at=booking.event.starts_at - timedelta(hours=1))


def change_code(booking):
    reissue_ticket(booking.tickets.first(), by=None, now=LATER)


def change_tickets(booking):
    cancel_booking(booking, tickets=[booking.tickets.first().pk], by=None, now=NOW)


def change_look(booking):
    Event.objects.update(accent="#123456")


@pytest.mark.parametrize(
    "change", [change_name, change_time, change_code, change_tickets, change_look]
)
def test_a_stale_file_is_never_given(booking, change):
    deliver_all(now=NOW)
    assert printed(booking).link

    change(booking)

    fresh = printed(Booking.objects.get(pk=booking.pk))
    assert (fresh.link, fresh.content != b"") == ("", True)


def test_a_ticket_that_opens_no_door_has_no_file(booking, free, book):
    ticket = booking.tickets.first()
    cancel_booking(booking, tickets=[ticket.pk], by=None, now=NOW)

    for made, one in ((booking, ticket), (book(free, is_hold_only=True), None)):
        with pytest.raises(NothingToPrint):
            printed(made, ticket=one)


def test_what_was_discarded_is_cleared_away_once_no_link_lives(booking):
    deliver_all(now=NOW)
    row = TicketFile.objects.get()
    files.discard_files(booking.pk, now=NOW)

    counts = [clear_files(now=NOW), clear_files(now=LATER)]

    assert counts == [0, 1]
    with pytest.raises(NotStored):
        content_of(row.name)


def test_f25_while_the_store_is_away_who_asks_gets_the_file_and_it_is_kept_later(
    booking, settings, tmp_path
):
    place, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path / "full"
    settings.MEDIA_ROOT.write_text("no folder")

    outcomes = deliver_all(now=NOW, raise_errors=False)
    away = printed(booking)
    settings.MEDIA_ROOT = place
    deliver_all(now=NOW + timedelta(hours=2))

    assert len(text_of(away.content)) == 2
    assert [str(one.error) for one in outcomes if isinstance(one.error, Retry)] != []
    booking.refresh_from_db()
    assert booking.is_confirmed
    assert printed(booking).link


def test_f21_a_worker_that_overslept_changes_nothing(booking, monkeypatch):
    """Paused between printing and storing; meanwhile another name came and all was cleared."""
    kept = []

    def overslept(name):
        if name == "bookings.printed" and not kept:
            kept.append(TicketFile.objects.get())
            change_name(booking)
            files.discard_files(booking.pk, now=NOW)
            clear_files(now=LATER)

    monkeypatch.setattr(files, "failpoint", overslept)

    keep_file(booking.pk, now=NOW)

    assert not TicketFile.objects.exists()
    with pytest.raises(NotStored):
        content_of(kept[0].name)


def test_two_workers_keep_one_file(booking):
    for _ in range(2):
        keep_file(booking.pk, now=NOW)

    assert TicketFile.objects.count() == 1


def test_in_a_rush_files_are_made_for_who_asks_alone(folder, free, book, monkeypatch):
    monkeypatch.setattr(files, "A_RUSH", 3)
    bookings = [book(free) for _ in range(4)]

    files.prepare_file(bookings[0].pk, now=NOW)
    assert not TicketFile.objects.exists()
    assert printed(bookings[0]).content.startswith(b"%PDF")

    Delivery.objects.filter(queue="pdf").update(status="done", done_at=NOW)
    files.prepare_file(bookings[1].pk, now=NOW)
    assert TicketFile.objects.get().booking == bookings[1]


def test_clearing_waits_for_a_store_that_is_away(booking, monkeypatch):
    deliver_all(now=NOW)
    files.discard_files(booking.pk, now=NOW)

    class Away:
        def clear(self, *args, **kwargs):
            raise StoreAway("gone")

    monkeypatch.setattr(files, "store", Away)

    assert clear_files(now=LATER) == 0
    assert TicketFile.objects.count() == 1
