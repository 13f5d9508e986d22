"""The picture that messengers show with a link: title, day and place, set like a poster."""

from functools import cache
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from events.media.queries import shown_everywhere
from events.showing.event import ShownEvent
from events.showing.look import poster
from ticketing.core.contrast import mixed

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 72
FONTS = settings.BASE_DIR / "ticketing" / "static" / "fonts"
FILES = ("bricolage-latin.woff2", "bricolage-latin-ext.woff2")
OURS = "#bf3815"
NO_LETTER = "\U0010ffff"
# Raise it when what is drawn changes, so that new addresses are given to it.
VERSION = 1
LARGEST, SMALLEST = 132, 60
MOST_LINES = 3


def picture_address(shown: ShownEvent) -> str:
    """The event's own cover, else one that is drawn: another title, day or place has another."""
    if shown.cover:
        return shown_everywhere(shown.cover.src)
    path = reverse("event-picture", args=[shown.event.slug, digest_of(shown)])
    return f"{settings.SITE_URL}{path}"


def digest_of(shown: ShownEvent) -> str:
    said = "\n".join([str(VERSION), settings.SITE_NAME, shown.event.accent, *words_of(shown)])
    return sha256(said.encode()).hexdigest()[:12]


def words_of(shown: ShownEvent) -> tuple[str, str, str]:
    day = f"{shown.when.day}, {shown.when.hours.split(' – ')[0]}" if shown.when else ""
    return shown.title, day, shown.place


def draw_picture(shown: ShownEvent) -> bytes:
    title, day, place = words_of(shown)
    look = poster(shown.event.accent or OURS)
    ground, ink = look["poster"], look["on-poster"]
    image = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(image)
    sun = look["poster-glow"] if look["poster-glow"] != ground else mixed(ink, ground, 0.08)
    draw.ellipse((WIDTH - 470, HEIGHT - 420, WIDTH + 190, HEIGHT + 240), fill=sun)
    tear_line(draw, mixed(ink, ground, 0.55))
    draw_title(draw, title, ink)
    write(draw, (MARGIN, HEIGHT - 132), day, 44, ink)
    write(draw, (MARGIN, HEIGHT - 80), shortened(place, 36, WIDTH - 2 * MARGIN - 260), 36, ink)
    name = settings.SITE_NAME
    write(draw, (WIDTH - MARGIN - width_of(name, 32), HEIGHT - 78), name, 32, ink)
    file = BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def draw_title(draw: ImageDraw.ImageDraw, title: str, ink: str) -> None:
    """As large as it fits in three lines."""
    for size in range(LARGEST, SMALLEST - 1, -8):
        lines = wrapped(title, size, WIDTH - 2 * MARGIN)
        if len(lines) <= MOST_LINES and len(lines) * size <= HEIGHT - 280:
            break
    else:
        lines = wrapped(title, SMALLEST, WIDTH - 2 * MARGIN)
        if len(lines) > MOST_LINES:
            rest = " ".join(lines[MOST_LINES - 1 :])
            cut = shortened(rest, SMALLEST, WIDTH - 2 * MARGIN)
            lines = [*lines[: MOST_LINES - 1], cut]
    for at, line in enumerate(lines):
        write(draw, (MARGIN, MARGIN - 12 + round(at * size * 0.98)), line, size, ink)


def tear_line(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """Where a ticket is torn: dots from one edge to the other."""
    for x in range(MARGIN, WIDTH - MARGIN, 20):
        draw.ellipse((x, HEIGHT - 168, x + 6, HEIGHT - 162), fill=colour)


def wrapped(words: str, size: int, room: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size) > room:
            lines.append(line)
            longer = word
        line = shortened(longer, size, room)
    return [*lines, line] if line else lines


def shortened(words: str, size: int, room: int) -> str:
    if width_of(words, size) <= room:
        return words
    while words and width_of(f"{words}…", size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


def write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: str
) -> None:
    """Each letter from the font that has it; what neither has is left out."""
    x, y = at
    for run, font in runs_of(words, size):
        draw.text((x, y), run, font=font, fill=colour, anchor="la")
        x += round(font.getlength(run))


def width_of(words: str, size: int) -> int:
    return round(sum(font.getlength(run) for run, font in runs_of(words, size)))


def runs_of(words: str, size: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    runs: list[tuple[str, ImageFont.FreeTypeFont]] = []
    for letter in words:
        name = next((name for name in FILES if has_letter(name, letter)), None)
        if name is None:
            continue
        font = font_of(name, size)
        if runs and runs[-1][1] is font:
            runs[-1] = (runs[-1][0] + letter, font)
        else:
            runs.append((letter, font))
    return runs


@cache
def font_of(name: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / name), size)
    font.set_variation_by_axes([800])
    return font


@cache
def has_letter(name: str, letter: str) -> bool:
    """Whether a font draws something else than the sign for what it does not have."""
    font = font_of(name, 40)
    missing = font.getmask(NO_LETTER)
    drawn = font.getmask(letter)
    return letter == " " or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))
