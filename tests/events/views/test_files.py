"""Calendar entries, colours, pictures, feeds and sitemaps."""

import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from events.domain.lifecycle import cancel_event
from events.models import Event, EventText
from events.showing import look
from events.showing.pictures import SIZE
from events.views.feeds import EVENTS_IN_A_SITEMAP
from tests.events.factories import NOW, EventFactory, TicketTypeFactory
from ticketing.core.contrast import AA, contrast
from ticketing.core.icalendar import escaped, folded

pytestmark = pytest.mark.django_db
ICS = "/events/quiet-songs.ics"


def lines_of(answer):
    """Unfolded, as RFC 5545, 3.1 says."""
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    return answer.content.decode().replace("\r\n ", "").split("\r\n")


def facts_of(answer):
    return dict(line.split(":", 1) for line in lines_of(answer) if ":" in line)


def test_calendar_entry_says_when_and_where_and_keeps_its_name(client, shown):
    first, again = client.get(ICS), client.get(ICS)

    facts = facts_of(first)
    assert first.content == again.content
    assert (facts["DTSTART"], facts["DTEND"]) == ("20260701T120000Z", "20260701T140000Z")
    assert facts["UID"] == f"{shown.pk}@{settings.ALLOWED_HOSTS[0]}"
    assert (facts["STATUS"], facts["SUMMARY"]) == ("CONFIRMED", "Quiet songs")
    assert facts["URL"] == f"{settings.SITE_URL}/events/quiet-songs/"
    assert lines_of(first)[0] == "BEGIN:VCALENDAR"
    assert lines_of(first)[-2:] == ["END:VCALENDAR", ""]


def test_calendar_entry_of_what_was_cancelled_says_so_with_a_higher_number(
    client, organizer, shown, django_capture_on_commit_callbacks
):
    before = facts_of(client.get(ICS))
    with django_capture_on_commit_callbacks(execute=True):
        cancel_event(shown, by=organizer, now=timezone.now().replace(year=2027))
    after = facts_of(client.get("/fr" + ICS))

    assert (before["UID"], "CANCELLED") == (after["UID"], after["STATUS"])
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_45_nobody_writes_lines_of_their_own_into_a_calendar_or_a_header(client, choir):
    evil = "A\r\nATTENDEE:mailto:x@example.org;,\\ \x07é" + "ü" * 100
    EventFactory(organizer=choir, slug="quiet-songs", title=evil, summary=evil, status="published")

    answer = client.get(ICS)

    assert [line for line in lines_of(answer) if line.startswith("ATTENDEE")] == []
    assert answer["Content-Disposition"] == 'attachment; filename="quiet-songs.ics"'
    assert client.get("/events/a%0d%0aSet-Cookie:x.ics").status_code == 404


def test_text_of_a_calendar_is_escaped_and_folded_between_letters():
    assert escaped("a;b,c\\d\r\ne\x00") == "a\\;b\\,c\\\\d\\ne "
    line = folded("SUMMARY:" + "é" * 80)
    assert b"".join(line.split(b"\r\n ")).decode() == "SUMMARY:" + "é" * 80 + "\r\n"


COLOURS = ["#7a2e8f", "#ffeb3b", "#000000", "#ffffff", "#808080", "#bf3815", "#00ff00", "#f2b84b"]


@pytest.mark.parametrize("accent", COLOURS)
def test_every_colour_can_be_read_by_day_and_by_night(accent):
    for tokens, ground in ((look.by_day(accent), look.DAY), (look.by_night(accent), look.NIGHT)):
        on = [ground["paper"], ground["sheet"], tokens["accent-wash"]]
        assert min(contrast(tokens["accent"], one) for one in on) >= AA
        assert contrast(tokens["on-accent"], tokens["accent"]) >= AA
        assert contrast(tokens["on-accent"], tokens["accent-strong"]) >= AA
        assert contrast(tokens["accent-strong"], ground["paper"]) >= AA
        assert contrast(tokens["on-poster"], tokens["poster"]) >= AA


def test_grounds_of_the_look_are_those_of_the_tokens():
    tokens = (settings.BASE_DIR / "ticketing/static/css/tokens.css").read_text()

    by_day, by_night = tokens.split("@media (prefers-color-scheme: dark)")
    for part, ground in ((by_day, look.DAY), (by_night, look.NIGHT)):
        assert all(f"--{name}: {colour};" in part for name, colour in ground.items())


def test_colours_have_an_address_that_never_changes_and_need_no_database(
    client, shown, django_assert_num_queries
):
    Event.objects.filter(pk=shown.pk).update(accent="#7a2e8f")
    address = f"/events/look-7a2e8f-{look.digest_of('#7a2e8f')}.css"

    assert f'href="{address}"' in client.get("/events/quiet-songs/").text
    with django_assert_num_queries(0):
        answer = client.get(address)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert client.get("/events/look-7a2e8f-00000000.css").status_code == 404


def picture_of(client):
    html = client.get("/events/quiet-songs/").text
    return (
        html.partition('og:image" content="')[2].partition('"')[0].removeprefix(settings.SITE_URL)
    )


@pytest.mark.parametrize(
    "title", ["Quiet songs", "ليلة", "x" * 150, "Łódź gra w maju", "Long words " * 13]
)
def test_picture_is_drawn_whatever_the_title(client, shown, title):
    Event.objects.filter(pk=shown.pk).update(title=title[:150], accent="#ffeb3b")

    answer = client.get(picture_of(client))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert Image.open(BytesIO(answer.content)).size == SIZE


def test_picture_by_an_old_address_leads_to_the_new_one(client, shown):
    answer = client.get("/events/quiet-songs/picture-0123456789ab.png")

    assert answer["Location"] == picture_of(client)


@pytest.mark.parametrize(
    "address", ["/events/feed/", "/events/category/music/feed/", "/organizers/village-choir/feed/"]
)
def test_feed_names_what_comes(client, shown, address):
    Event.objects.filter(pk=shown.pk).update(title="Quiet <b>&\x07 songs")
    EventFactory(title="A draft", category=shown.category, organizer=shown.organizer)

    answer = client.get(address)

    items = ET.fromstring(answer.content).findall("channel/item")
    assert [item.findtext("title") for item in items] == ["Quiet <b>&  songs"]
    assert items[0].findtext("link") == f"{settings.SITE_URL}/events/quiet-songs/"
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"


def test_35_machines_are_told_the_site_s_own_addresses(client, shown, settings):
    settings.ALLOWED_HOSTS = ["tickets.example", "other.example"]

    events = f"/sitemap-events-{shown.number // EVENTS_IN_A_SITEMAP}.xml"
    for address in ("/sitemap.xml", "/sitemap-pages.xml", events,
                    "/events/feed/", "/robots.txt", "/events/quiet-songs.ics"):  # fmt: skip
        answer = client.get(address, headers={"Host": "other.example"})
        assert (answer.status_code, "other.example" in answer.text) == (200, False)


def test_sitemap_names_every_page_in_every_language(client, shown):
    EventFactory(slug="a-draft")
    part = shown.number // EVENTS_IN_A_SITEMAP
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}

    index = ET.fromstring(client.get("/sitemap.xml").content)
    events = ET.fromstring(client.get(f"/sitemap-events-{part}.xml").content)

    site = settings.SITE_URL
    assert [one.text for one in index.findall("s:sitemap/s:loc", space)] == [
        f"{site}/sitemap-pages.xml",
        f"{site}/sitemap-events-{part}.xml",
    ]
    assert [one.text for one in events.findall("s:url/s:loc", space)] == [
        f"{site}/events/quiet-songs/",
        f"{site}/fr/events/quiet-songs/",
    ]
    assert f"Sitemap: {site}/sitemap.xml" in client.get("/robots.txt").text
    assert client.get("/sitemap-events-999.xml").status_code == 404


def test_french_calendar_speaks_french(client, shown):
    EventText.objects.create(event=shown, language="fr", title="Chansons douces")
    TicketTypeFactory(event=shown)

    assert facts_of(client.get("/fr" + ICS))["SUMMARY"] == "Chansons douces"
    assert shown.starts_at > NOW
