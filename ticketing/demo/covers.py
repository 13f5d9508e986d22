"""Pictures for the demo, drawn by the project itself: an evening somewhere, another for each event."""

from io import BytesIO
from itertools import pairwise
from math import sin, tau
from random import Random

from PIL import Image, ImageDraw

SIZE = (1600, 900)
# Sky above, sky at the horizon, the nearest ground; what lies between is mixed.
EVENINGS = (
    ("#1b1442", "#f08a5d", "#160b2e"),
    ("#0b2545", "#8da9c4", "#061528"),
    ("#3a1c4a", "#f7b267", "#220f2d"),
    ("#06363b", "#f2d492", "#031d20"),
    ("#5b1a18", "#f9c784", "#2b0a09"),
    ("#22223b", "#c9ada7", "#12121f"),
    ("#123524", "#e9edc9", "#081a11"),
    ("#2d3a8c", "#ffd6e0", "#151c4a"),
)
LAYERS = 5

type Colour = tuple[int, int, int]


def draw_evening(seed: str) -> bytes:
    """A JPEG, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - not a secret: the same each time
    above, horizon, ground = map(rgb, chance.choice(EVENINGS))
    picture = Image.linear_gradient("L").resize(SIZE)
    sky = Image.composite(Image.new("RGB", SIZE, horizon), Image.new("RGB", SIZE, above), picture)
    draw = ImageDraw.Draw(sky)
    for _ in range(chance.randrange(40, 160)):
        x, y, radius = chance.randrange(SIZE[0]), chance.randrange(420), chance.choice((1, 1, 2))
        draw.ellipse((x, y, x + radius, y + radius), fill=mix(above, (255, 255, 255), 0.6))
    moon(draw, chance, horizon)
    for layer in range(LAYERS):
        share = (layer + 1) / LAYERS
        hills(draw, chance, base=520 + layer * 75, colour=mix(horizon, ground, share**0.7))
    out = BytesIO()
    sky.save(out, "JPEG", quality=88)
    return out.getvalue()


def moon(draw: ImageDraw.ImageDraw, chance: Random, horizon: Colour) -> None:
    x, y, radius = (
        chance.randrange(200, 1400),
        chance.randrange(140, 460),
        chance.randrange(50, 150),
    )
    draw.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=mix(horizon, (255, 250, 235), 0.75)
    )


def hills(draw: ImageDraw.ImageDraw, chance: Random, *, base: int, colour: Colour) -> None:
    """A few waves on top of each other; sometimes a town stands on them."""
    waves = [
        (chance.uniform(20, 60) / n, n * chance.uniform(0.6, 1.6), chance.random())
        for n in (1, 2, 4)
    ]
    line = [
        (x, base + sum(h * sin(tau * (f * x / SIZE[0] + p)) for h, f, p in waves))
        for x in range(0, SIZE[0] + 20, 20)
    ]
    draw.polygon([*line, (SIZE[0] + 20, SIZE[1]), (0, SIZE[1])], fill=colour)
    if chance.random() < 0.4:
        for (x, y), _ in pairwise(line):
            if chance.random() < 0.5:
                height = chance.randrange(15, 90)
                draw.rectangle((x, y - height, x + chance.randrange(14, 34), y + 20), fill=colour)


def rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
