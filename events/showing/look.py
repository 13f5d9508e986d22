"""An event's own colour: a small stylesheet whose address says all that is in it.

The organizer chooses one colour; what of it would be hard to read is made darker by day and
lighter by night. The address holds the colour and a digest of what follows from it, so that the
stylesheet needs no database, never changes, and serves every event of that colour.
"""

from hashlib import sha256

from ticketing.core.contrast import AA, contrast, lighter_by, mixed, readable_on

# Grounds of tokens.css, by day and by night; a test holds them against it.
DAY = {"paper": "#fcf8f2", "sheet": "#fffdfa", "ink": "#1b1613"}
NIGHT = {"paper": "#161210", "sheet": "#201a17", "ink": "#f7efe5"}
ON_POSTER = "#fff6ec"


def look_of(accent: str) -> str:
    """The stylesheet of a colour like #7a2e8f."""
    return (
        f":root{{{declared(by_day(accent))}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{declared(by_night(accent))}}}}}\n"
    )


def digest_of(accent: str) -> str:
    return sha256(look_of(accent).encode()).hexdigest()[:8]


def by_day(accent: str) -> dict[str, str]:
    wash = mixed(accent, DAY["paper"], 0.12)
    strong = readable_on(accent, DAY["paper"], DAY["sheet"], wash, darker=True)
    return {
        "accent": strong,
        "accent-strong": lighter_by(strong, -0.25),
        "accent-wash": wash,
        "on-accent": DAY["sheet"],
        **poster(accent),
    }


def by_night(accent: str) -> dict[str, str]:
    wash = mixed(accent, NIGHT["paper"], 0.22)
    strong = readable_on(accent, NIGHT["paper"], NIGHT["sheet"], wash, darker=False)
    return {
        "accent": strong,
        "accent-strong": lighter_by(strong, 0.3),
        "accent-wash": wash,
        "on-accent": NIGHT["paper"],
        **poster(accent),
    }


def poster(accent: str) -> dict[str, str]:
    """The colour itself as a ground, with light or dark letters, whichever reads better."""
    if contrast(accent, DAY["ink"]) >= AA:
        return {
            "poster": accent,
            "poster-glow": lighter_by(accent, 0.25),
            "on-poster": DAY["ink"],
        }
    ground = readable_on(accent, ON_POSTER, darker=True)
    glow = lighter_by(ground, 0.06)
    return {
        "poster": ground,
        "poster-glow": glow if contrast(glow, ON_POSTER) >= AA else ground,
        "on-poster": ON_POSTER,
    }


def declared(tokens: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in tokens.items())
