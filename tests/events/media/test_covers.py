"""Covers that are drawn: always the same, always readable."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from events.media import covers
from events.media.covers import draw_cover

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier"
TITLES = [
    "Quiet songs",
    "Q",
    LONG,
    " ".join([LONG] * 5),
    "Été à Łódź",
    "ليلة الموسيقى",
    "東京の夜",
    "",
    "👩‍🎤",
]


def opened(content):
    with Image.open(BytesIO(content)) as picture:
        picture.load()
        return picture


@pytest.mark.parametrize("title", TITLES)
def test_every_title_has_a_cover_of_the_size_that_is_shared(title):
    picture = opened(draw_cover(title, "", "seed"))

    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(picture.getcolors(maxcolors=10**6)) > 1


def test_the_same_event_has_the_same_cover_and_another_has_another():
    first, again, other = (draw_cover("Quiet songs", "#7a2e8f", seed) for seed in "aab")

    assert (first == again, first == other) == (True, False)


def test_it_has_the_event_s_own_colour():
    assert opened(draw_cover("Quiet songs", "#7a2e8f", "x")).getpixel((2, 2)) == (122, 46, 143)


@settings(max_examples=200, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_letters_can_be_read_on_any_colour(colour):
    accent = "#{:02x}{:02x}{:02x}".format(*colour)
    ground, mark = covers.colours(accent, None)

    assert covers.contrast(ground, mark) >= 4


def test_without_any_font_the_shape_stands_alone(monkeypatch):
    with_letters = draw_cover("Quiet songs", "", "x")
    monkeypatch.setattr(covers, "font_for", lambda _: None)

    assert draw_cover("Quiet songs", "", "x") != with_letters


def test_another_size_is_drawn_as_well():
    assert opened(draw_cover("Quiet songs", size=(1600, 900))).size == (1600, 900)
