"""Pictures are read as pictures, and nothing else of them is kept."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageFile

from tests.events.media.files import picture, png_of
from ticketing.core.pictures import NoPicture, TooManyPixels, read_picture


def file(encoder="PNG", mode="RGB", colour=0, **options):
    out = BytesIO()
    Image.new(mode, (40, 20), colour).save(out, encoder, **options)
    out.seek(0)
    return out


@pytest.mark.parametrize("encoder", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_comes_without_what_it_carried(encoder):
    read = read_picture(BytesIO(picture(encoder, size=(64, 48))))

    assert (read.mode, read.size, read.info, dict(read.getexif())) == ("RGB", (64, 48), {}, {})


def test_a_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    assert read_picture(file("JPEG", exif=exif)).size == (20, 40)


def test_what_is_transparent_is_white():
    assert read_picture(file(mode="RGBA", colour=(255, 0, 0, 0))).getpixel((1, 1)) == (
        255,
        255,
        255,
    )


@pytest.mark.parametrize("mode", ["L", "LA", "P", "I;16", "1"])
def test_other_kinds_of_colour_are_read(mode):
    assert read_picture(file(mode=mode)).mode == "RGB"


def test_cmyk_is_read():
    assert read_picture(file("JPEG", mode="CMYK", colour=(0, 0, 0, 0))).mode == "RGB"


def test_wider_colours_become_those_of_the_web():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    read = read_picture(file("JPEG", colour=(200, 40, 20), icc_profile=profile, quality=100))

    assert read.info == {}
    assert all(abs(a - b) < 6 for a, b in zip(read.getpixel((5, 5)), (200, 40, 20), strict=True))


def test_a_broken_profile_is_left():
    assert read_picture(file("PNG", icc_profile=b"no profile")).size == (40, 20)


@pytest.mark.parametrize("pixels", [(60_000, 60_000), (7_072, 7_072), (12_000, 12_000)])
def test_too_many_pixels_are_seen_before_one_is_unpacked(pixels):
    with pytest.raises(TooManyPixels):
        read_picture(BytesIO(png_of(*pixels)))


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg>", picture()[:500], png_of(10, 10)[:40]]
)
def test_what_is_no_picture_is_none(content):
    with pytest.raises(NoPicture):
        read_picture(BytesIO(content))


def test_a_format_that_was_not_asked_for_is_none():
    with pytest.raises(NoPicture):
        read_picture(BytesIO(picture("AVIF", size=(9, 9))), formats=["JPEG"])


def test_a_torn_picture_is_none_also_where_tickets_are_printed(monkeypatch):
    """WeasyPrint lets them through for the whole process once it is loaded."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = BytesIO()
    Image.effect_noise((200, 200), 50).save(whole, "JPEG")

    with pytest.raises(NoPicture):
        read_picture(BytesIO(whole.getvalue()[:900]))
