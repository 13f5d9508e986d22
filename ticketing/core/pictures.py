"""Pictures that people send: read as pictures, turned upright, in the web's own colours, and
without anything else that came along: no place, no camera, no second file."""

from collections.abc import Sequence
from io import BytesIO
from typing import IO

from PIL import Image, ImageCms, ImageFile, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_PIXELS = 50_000_000
WHITE = (255, 255, 255)


class NoPicture(Exception):
    """It cannot be read as a picture of these formats."""


class TooManyPixels(NoPicture):
    """It would take more memory than a picture is worth."""


def read_picture(
    file: IO[bytes], *, formats: Sequence[str] = FORMATS, most_pixels: int = MOST_PIXELS
) -> Image.Image:
    """The picture alone, upright, in sRGB, on white where it was transparent.

    Its size is looked at before a pixel is unpacked. Raises NoPicture, TooManyPixels.
    """
    # WeasyPrint, once a process has loaded it, lets torn pictures through for everybody.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(file, formats=list(formats)) as picture:
            require_pixels(picture, most=most_pixels)
            return in_web_colours(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except NoPicture:
        raise
    except Exception:  # noqa: BLE001 - readers of formats raise anything on bytes made to break them
        raise NoPicture from None


def require_pixels(picture: Image.Image, *, most: int) -> None:
    if picture.width * picture.height > most:
        raise TooManyPixels


def in_web_colours(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        flat = Image.new("RGB", picture.size, WHITE)
        flat.paste(seen, mask=seen.getchannel("A"))
        picture = flat
    elif profile and picture.mode in {"RGB", "CMYK", "L"}:
        picture = by_profile(picture, profile)
    bare = picture.convert("RGB")
    bare.info = {}  # what formats write into a file unasked: EXIF, XMP, comments, profiles
    return bare


def by_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """Phones take wider colours than the web shows by itself. A profile that is broken is left."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        web = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, own, web, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
