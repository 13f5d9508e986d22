"""The sizes that a picture is shown in. The same picture always gives the same files under the
same names, so that making them again changes nothing."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image

WIDTHS = (480, 960, 1600)
# Best first, as browsers choose; the last is for all.
ENCODINGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "image/avif": ("AVIF", "avif", {"quality": 58, "speed": 7, "max_threads": 1}),
    "image/webp": ("WEBP", "webp", {"quality": 80, "method": 4}),
    "image/jpeg": ("JPEG", "jpg", {"quality": 82, "progressive": True, "optimize": True}),
}


@dataclass(frozen=True)
class Variant:
    type: str
    width: int
    height: int
    size: int
    name: str

    def as_facts(self) -> dict[str, Any]:
        return asdict(self)


def variants_of(picture: Image.Image, *, folder: UUID) -> Iterator[tuple[Variant, bytes]]:
    """Never larger than the picture is; under names that tell what is in them."""
    for width in widths_for(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        sized = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        for kind, (encoder, ending, options) in ENCODINGS.items():
            out = BytesIO()
            sized.save(out, encoder, **options)
            content = out.getvalue()
            digest = sha256(content).hexdigest()[:20]
            name = f"public/{folder}/{digest}-{width}.{ending}"
            yield Variant(kind, width, height, len(content), name), content


def widths_for(width: int) -> list[int]:
    """Those below the picture's own, and its own or the largest."""
    return [one for one in WIDTHS if one < width] + ([width] if width <= WIDTHS[-1] else [])


def colour_of(picture: Image.Image) -> str:
    """What stands in a picture's place while it loads."""
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"
