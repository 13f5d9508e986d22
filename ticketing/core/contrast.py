"""Whether a colour can be read on another (WCAG 2.2, 1.4.3), and the nearest one that can."""

from colorsys import hls_to_rgb, rgb_to_hls

AA = 4.5


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lower, higher = sorted([luminance(one), luminance(other)])
    return (higher + 0.05) / (lower + 0.05)


def readable_on(colour: str, *grounds: str, darker: bool) -> str:
    """The colour, made darker or lighter until it can be read on every one of the grounds."""
    hue, lightness, saturation = rgb_to_hls(*channels(colour))
    step = -0.01 if darker else 0.01
    while min(contrast(colour, ground) for ground in grounds) < AA and 0 <= lightness <= 1:
        lightness += step
        colour = from_hls(hue, lightness, saturation)
    return colour


def lighter_by(colour: str, share: float) -> str:
    """Towards white by a share of the way; below zero towards black."""
    hue, lightness, saturation = rgb_to_hls(*channels(colour))
    room = 1 - lightness if share > 0 else lightness
    return from_hls(hue, lightness + share * room, saturation)


def mixed(colour: str, ground: str, share: float) -> str:
    """So much of the colour laid over the ground."""
    pairs = zip(channels(colour), channels(ground), strict=True)
    return to_hex(*(one * share + other * (1 - share) for one, other in pairs))


def channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def from_hls(hue: float, lightness: float, saturation: float) -> str:
    return to_hex(*hls_to_rgb(hue, min(1.0, max(0.0, lightness)), saturation))


def to_hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in (red, green, blue))
