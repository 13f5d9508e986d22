"""Which files are taken for what, and how large they may be. Data; the rules are in domain/."""

from dataclasses import dataclass

from events.enums import MediaPurpose

MEGABYTE = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

PICTURES = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/avif": ("avif",),
}
DOCUMENTS = {
    "application/pdf": ("pdf",),
    f"{OFFICE}.wordprocessingml.document": ("docx",),
    f"{OFFICE}.spreadsheetml.sheet": ("xlsx",),
    f"{OPEN_DOCUMENT}.text": ("odt",),
    f"{OPEN_DOCUMENT}.spreadsheet": ("ods",),
}
# What Pillow calls them.
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}


@dataclass(frozen=True)
class Allowed:
    largest: int
    """Bytes."""
    types: dict[str, tuple[str, ...]]
    """Content types with the endings their names may have."""


ALLOWED = {
    MediaPurpose.COVER: Allowed(20 * MEGABYTE, PICTURES),
    MediaPurpose.GALLERY: Allowed(20 * MEGABYTE, PICTURES),
    MediaPurpose.ATTACHMENT: Allowed(25 * MEGABYTE, PICTURES | DOCUMENTS),
    MediaPurpose.ANSWER: Allowed(10 * MEGABYTE, PICTURES | DOCUMENTS),
}
