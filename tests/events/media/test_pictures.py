"""What pages show of pictures."""

import pytest
from django.template.loader import render_to_string

from events.domain.copies import duplicate_event
from events.enums import MediaPurpose, MediaState
from events.media.domain.pictures import delete_file, set_cover
from events.media.queries import (
    Picture,
    Source,
    files_of,
    gallery_of,
    picture_of,
    shown_everywhere,
)
from events.models import Event, MediaFile
from events.queries.cards import cards
from events.queries.pages import event_page
from tests.events.factories import NOW, MediaFileFactory
from tests.events.media.test_looking_into import stored
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db
P, S = MediaPurpose, MediaState


def shown(**more):
    return render_to_string("components/picture.html", more)


def test_a_picture_has_its_sizes_in_the_order_that_browsers_choose_by(event, folder):
    file = MediaFileFactory(event=event, state=S.READY, alt="A barn", focal_x=30)

    base = f"/media/public/{file.folder}/abc"
    assert picture_of(file) == Picture(
        alt="A barn", width=960, height=540, colour="#c82814",
        src=f"{base}-960.jpg",
        srcset=f"{base}-480.jpg 480w, {base}-960.jpg 960w",
        sources=(
            Source("image/avif", f"{base}-480.avif 480w, {base}-960.avif 960w"),
            Source("image/webp", f"{base}-480.webp 480w, {base}-960.webp 960w"),
        ),
        focal_x=30, focal_y=50,
    )  # fmt: skip
    assert shown_everywhere(f"{base}-960.jpg") == f"http://testserver{base}-960.jpg"


def test_with_a_bucket_addresses_are_where_browsers_find_it(event, settings):
    settings.MEDIA_BUCKET, settings.MEDIA_URL = "media", "https://media.example.org/"
    file = MediaFileFactory(event=event, state=S.READY)

    picture = picture_of(file)

    assert picture.src == f"https://media.example.org/public/{file.folder}/abc-960.jpg"
    assert shown_everywhere(picture.src) == picture.src


@pytest.mark.parametrize("state", set(S) - {S.READY})
def test_39_what_is_not_ready_is_not_shown(event, state):
    file = MediaFileFactory(event=event, state=state)

    assert (picture_of(file), list(gallery_of(event))) == (None, [])


def test_what_is_private_is_not_shown_and_nothing_is_no_picture(event):
    file = MediaFileFactory(event=event, state=S.READY, purpose=P.ATTACHMENT)

    assert [picture_of(file), picture_of(None)] == [None, None]


def test_the_gallery_is_what_is_ready_beside_the_cover(event, organizer):
    cover, one, two = MediaFileFactory.create_batch(3, event=event, state=S.READY)
    MediaFileFactory(event=event, state=S.READY, purpose=P.ANSWER)
    set_cover(event, cover, by=organizer, now=NOW)

    page = event_page(Event.objects.all(), slug=event.slug, language="en", now=NOW)
    assert page is not None
    assert page.gallery == [picture_of(one), picture_of(two)]
    assert list(files_of(event)) == [two, one, cover]


@pytest.mark.parametrize(
    ("colour", "tone"),
    [("#000000", "000"), ("#ffffff", "333"), ("#3f40bf", "012"), ("#c82814", "300")],
)
def test_a_placeholder_is_the_nearest_of_sixty_four(colour, tone):
    assert Picture("", 1, 1, colour, "", "").tone == tone


@pytest.mark.parametrize(
    ("x", "y", "focus"), [(50, 50, "22"), (0, 100, "04"), (30, 70, "13"), (100, 0, "40")]
)
def test_a_focus_is_the_nearest_quarter(x, y, focus):
    assert Picture("", 1, 1, "#000000", "", "", focal_x=x, focal_y=y).focus == focus


def test_the_component_reserves_its_place_and_carries_no_style(event, folder):
    picture = picture_of(MediaFileFactory(event=event, state=S.READY, alt='A "barn"'))

    html = shown(picture=picture, sizes="20rem")

    assert html.count("<source") == 2
    for part in (
        'width="960"', 'height="540"', 'alt="A &quot;barn&quot;"', 'loading="lazy"',
        'sizes="20rem"', 'class="tone-r3 tone-g0 tone-b0 focus-x2 focus-y2"',
    ):  # fmt: skip
        assert part in html
    assert "style" not in html
    assert 'fetchpriority="high"' in shown(picture=picture, is_first=True)


def test_a_cover_says_nothing_that_its_title_does_not(event, folder):
    picture = picture_of(MediaFileFactory(event=event, state=S.READY, alt="A barn"))

    html = render_to_string("components/cover.html", {"picture": picture, "title": "Quiet songs"})

    assert 'class="cover cover--picture"' in html  # no shape of ours is drawn upon it
    assert ('alt=""' in html, "A barn" in html, "cover-letter" in html) == (True, False, False)


def test_a_copy_of_an_event_shows_the_same_and_shares_what_is_stored(ready, event, organizer, work):
    ready(purpose=P.COVER, alt="A barn", filename="barn.jpg")
    ready(purpose=P.GALLERY)
    ready(purpose=P.ATTACHMENT)
    event.refresh_from_db()

    copy = duplicate_event(event, by=organizer, now=NOW)
    copy = Event.objects.get(pk=copy.pk)
    assert copy.cover.event == copy
    assert picture_of(copy.cover) == picture_of(event.cover)
    assert copy.media.count() == 2

    name = copy.cover.original
    for file in (event.cover, copy.cover):
        assert stored(name)
        delete_file(MediaFile.objects.get(pk=file.pk), by=organizer, now=NOW)
        work()
    assert stored(name) is None


def test_lists_and_pages_of_events_show_the_cover_at_no_further_cost(event, organizer, folder):
    def both():
        (card,) = cards(Event.objects.all(), language="en")
        return card.picture, event_page(
            Event.objects.all(), slug=event.slug, language="en", now=NOW
        ).picture

    assert both() == (None, None)
    without = queries_of(both)
    file = MediaFileFactory(event=event, state=S.READY)
    set_cover(event, file, by=organizer, now=NOW)

    assert both() == (picture_of(file),) * 2
    assert len(queries_of(both)) == len(without)
