"""Covers that the product draws itself: big letters and one shape, told by title, colour and seed
alone, so that the same event always has the same. For demo data and for Open Graph.

The letters are the site's own, or any font of the system that has all of the title's; with none
the shape stands alone.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from unicodedata import bidirectional

from django.conf import settings
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

OPEN_GRAPH = (1200, 630)
OWN_FONTS = ("bricolage-latin.woff2", "bricolage-latin-ext.woff2")
# What the images of the product bring, and what Debian and its kin call it (Dockerfile).
SYSTEM_FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
)
WEIGHT = 800
# Grounds and marks of ticketing/static/css/covers.css.
PALETTES = (
    ("#bf3815", "#ffd9b8"),
    ("#123a3a", "#f2b84b"),
    ("#efc9b4", "#2b1710"),
    ("#26235a", "#ffa48a"),
    ("#e9e2d2", "#bf3815"),
    ("#4a1230", "#f6c7d2"),
)
PAPER, INK = (251, 247, 242), (27, 22, 19)
LARGEST, SMALLEST = 0.30, 0.06  # of the height
MOST_LINES = 4

type Colour = tuple[int, int, int]
type Font = ImageFont.FreeTypeFont


def draw_cover(
    title: str, accent: str = "", seed: str = "", *, size: tuple[int, int] = OPEN_GRAPH
) -> bytes:
    """A PNG. `accent` is like #7a2e8f, or empty for one of ours; `seed` varies what is drawn."""
    chance = Random(sha256(f"{seed}\0{title}".encode()).digest())  # noqa: S311 - not a secret: the same each time
    ground, mark = colours(accent, chance)
    picture = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(picture)
    chance.choice(SHAPES)(draw, size, blend(ground, mark, 0.22), chance)
    write(draw, title, size, mark)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def colours(accent: str, chance: Random) -> tuple[Colour, Colour]:
    """Ground and letters, which can be read on it: large ones need 3 to 1 (WCAG 2.2, 1.4.3)."""
    if not accent:
        ground, mark = chance.choice(PALETTES)
        return rgb(ground), rgb(mark)
    ground_of_event = rgb(accent)
    return ground_of_event, max(PAPER, INK, key=lambda one: contrast(one, ground_of_event))


def rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Of WCAG 2.2."""
    shares = (part / 255 for part in colour)
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# One shape each, large, and cut off by an edge.


def sun(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, chance: Random) -> None:
    width, height = size
    radius = height * chance.uniform(0.45, 0.7)
    x, y = width * chance.uniform(0.65, 0.95), height * chance.uniform(0.0, 0.9)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def rings(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, chance: Random) -> None:
    width, height = size
    x, y = width * chance.uniform(0.6, 1.0), height * chance.uniform(0.1, 0.9)
    for step in range(6):
        radius = height * (0.16 + 0.16 * step)
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, outline=colour, width=round(height * 0.045))


def bars(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, chance: Random) -> None:
    width, height = size
    for number in range(9):
        left = width * (0.5 + 0.058 * number)
        top = height * chance.uniform(0.1, 0.8)
        draw.rectangle((left, top, left + width * 0.034, height), fill=colour)


def dots(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, chance: Random) -> None:
    width, height = size
    step, turn = height / 8, chance.uniform(0.3, 0.9)
    for across in range(8):
        for down in range(9):
            radius = step * 0.42 * (across + 1) / 8 * (0.6 + turn * 0.4)
            x, y = width - step * (7.5 - across), step * down
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def hill(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, chance: Random) -> None:
    width, height = size
    peak = chance.uniform(0.55, 0.9)
    corners = [(width * 0.3, height), (width * peak, height * 0.15), (width * 1.2, height)]
    draw.polygon(corners, fill=colour)


SHAPES = (sun, rings, bars, dots, hill)


def write(draw: ImageDraw.ImageDraw, title: str, size: tuple[int, int], colour: Colour) -> None:
    """As large as it goes, from where the title begins, standing on the bottom."""
    width, height = size
    edge = round(height * 0.08)
    source = font_for(title)
    if source is None:
        return
    for points in range(round(height * LARGEST), round(height * SMALLEST), -2):
        font = font_of(source, points)
        lines = list(broken(title, font, width - 2 * edge))
        step = round(points * 1.04)
        if len(lines) <= MOST_LINES and len(lines) * step <= height - 2 * edge:
            break
    else:
        font, step = font_of(source, round(height * SMALLEST)), round(height * SMALLEST * 1.04)
        lines = list(broken(title, font, width - 2 * edge))[:MOST_LINES]
    is_from_right = is_written_from_right(title)
    bottom = height - edge - step * (len(lines) - 1)
    for number, line in enumerate(lines):
        place = (width - edge if is_from_right else edge, bottom + step * number)
        anchor = "rs" if is_from_right else "ls"
        draw.text(place, line, font=font, fill=colour, anchor=anchor)


def is_written_from_right(title: str) -> bool:
    """By its first letter that has a direction."""
    directions = (bidirectional(letter) for letter in title)
    return next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L"


def broken(title: str, font: Font, width: int) -> Iterator[str]:
    """Into lines between words, and within a word that is wider than a line."""
    line = ""
    for word in title.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while font.getlength(line) > width and len(line) > 1:
            fits = next(
                n for n in range(len(line), 0, -1) if n == 1 or font.getlength(line[:n]) <= width
            )
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


def font_for(title: str) -> Path | None:
    """The first that has every letter."""
    letters = {ord(letter) for letter in title if not letter.isspace()}
    folder = settings.BASE_DIR / "ticketing" / "static" / "fonts"
    known = [*(folder / name for name in OWN_FONTS), *SYSTEM_FONTS]
    return next((path for path in known if path.exists() and letters <= letters_of(path)), None)


@cache
def letters_of(path: Path) -> frozenset[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def font_of(path: Path, points: int) -> Font:
    font = ImageFont.truetype(str(path), points)
    if path.name in OWN_FONTS:
        font.set_variation_by_axes([WEIGHT])
    return font
