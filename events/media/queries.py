"""What pages and the API show of files."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet

from events.enums import PUBLIC_PURPOSES
from events.media.storage import public_address
from events.models import Event, MediaFile

FALLBACK = "image/jpeg"
# Placeholders come from a stylesheet of 64 colours: a page may carry no style of its own.
LEVELS = 4
FOCUS_STEPS = 4
IN_ORDER = ("position", "requested_at", "id")


@dataclass(frozen=True)
class Source:
    type: str
    srcset: str


@dataclass(frozen=True)
class Picture:
    """A picture in all its sizes, as templates/components/picture.html shows it."""

    alt: str
    width: int
    height: int
    colour: str
    """Its mean, like #7a2e8f."""
    src: str
    """For all browsers, and for who takes one address only."""
    srcset: str
    sources: tuple[Source, ...] = ()
    """Better encodings, best first."""
    focal_x: int = 50
    focal_y: int = 50
    """Percent; what stays in view when it is cut."""

    @property
    def tone(self) -> str:
        """The nearest of the 64 placeholder colours: a digit of 0 to 3 for each channel."""
        return "".join(str(int(self.colour[at : at + 2], 16) * LEVELS // 256) for at in (1, 3, 5))

    @property
    def focus(self) -> str:
        """Where to look, in quarters from the left and from the top."""
        across, down = (round(one * FOCUS_STEPS / 100) for one in (self.focal_x, self.focal_y))
        return f"{across}{down}"


# What a picture is made of.
FACTS = (
    "id", "purpose", "state", "alt", "width", "height", "colour", "focal_x", "focal_y", "variants",
)  # fmt: skip


def picture_of(file: MediaFile | None) -> Picture | None:
    """None where there is none that everybody may see: then a cover is drawn."""
    if file is None or not (file.is_ready and file.is_public):
        return None
    sources = {
        kind: sorted(variants, key=lambda one: int(one["width"]))
        for kind, variants in groupby(
            sorted(file.variants, key=lambda one: str(one["type"])), key=lambda one: one["type"]
        )
    }
    plain = sources.pop(FALLBACK)
    return Picture(
        alt=file.alt,
        width=file.width or 0,
        height=file.height or 0,
        colour=file.colour,
        src=public_address(plain[-1]["name"]),
        srcset=srcset_of(plain),
        sources=tuple(Source(kind, srcset_of(sources[kind])) for kind in sorted(sources)),
        focal_x=file.focal_x,
        focal_y=file.focal_y,
    )


def srcset_of(variants: list[dict[str, Any]]) -> str:
    return ", ".join(f"{public_address(one['name'])} {one['width']}w" for one in variants)


def shown_everywhere(address: str) -> str:
    """With scheme and host, for the API, for mails and for other sites."""
    return urljoin(settings.SITE_URL, address)


def gallery_of(event: Any) -> QuerySet[MediaFile]:
    """What everybody may see, in the team's order, the cover among it. Of an event, or of the
    event of an outer query."""
    return MediaFile.objects.shown().filter(event=event).order_by(*IN_ORDER)


def files_of(event: Event) -> QuerySet[MediaFile]:
    """What the team sent, newest first."""
    return MediaFile.objects.of_the_team().filter(event=event)


def pictures_of(event: Event) -> QuerySet[MediaFile]:
    """What the team sent to be shown, whatever became of it."""
    return MediaFile.objects.filter(event=event, purpose__in=PUBLIC_PURPOSES).order_by(*IN_ORDER)
