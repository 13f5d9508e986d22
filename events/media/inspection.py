"""What a file really is, by its bytes. Nothing is unpacked here but the tables of archives, and
those within bounds; names and what the sender said are not believed."""

import zipfile
from collections.abc import Iterable
from typing import IO

from events.enums import Refusal
from events.media.kinds import OFFICE, OPEN_DOCUMENT

HEAD = 4096
# Readers of PDF look for its mark in the first kilobyte; so does whoever hides one.
REACH_OF_PDF = 1024
JPEG, PNG, WEBP, AVIF = "image/jpeg", "image/png", "image/webp", "image/avif"
PDF, ARCHIVE = "application/pdf", "application/zip"
MAGIC = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"%PDF-": PDF,
    b"PK\x03\x04": ARCHIVE,
}

# What browsers take for a page or a program, wherever in a file they are led to look.
PROGRAMS = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<iframe", b"<?php", b"javascript:")
PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<!--")
POSTSCRIPT = (b"%!ps", b"\xc5\xd0\xd3\xc6")

# A document that unpacks to more is none (zip bombs).
MOST_PARTS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
# Below this size even empty pages compress well.
SMALL = 1024 * 1024
CHUNK = 256 * 1024
IS_ENCRYPTED = 0x1


class Refused(Exception):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


def type_of(file: IO[bytes]) -> str:
    """The content type by magic bytes. Raises Refused for what cannot be taken at all."""
    file.seek(0)
    head = file.read(HEAD)
    bare = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").lower()
    if bare.startswith(PAGES):
        raise Refused(Refusal.ACTIVE_CONTENT)
    if head.lower().startswith(POSTSCRIPT):
        raise Refused(Refusal.TYPE_NOT_ALLOWED)
    found = by_magic(head)
    if found == ARCHIVE:
        found = type_of_archive(file)
    if found is None:
        raise Refused(Refusal.TYPE_NOT_ALLOWED)
    return found


def by_magic(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return WEBP if head[8:12] == b"WEBP" else None
    if head[4:8] == b"ftyp":
        return AVIF if head[8:12] in {b"avif", b"avis", b"mif1"} else None
    return next((kind for mark, kind in MAGIC.items() if head.startswith(mark)), None)


def type_of_archive(file: IO[bytes]) -> str | None:
    """Which document a ZIP archive is; None for any other. Raises Refused for a broken one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                if "word/document.xml" in names:
                    return f"{OFFICE}.wordprocessingml.document"
                if "xl/workbook.xml" in names:
                    return f"{OFFICE}.spreadsheetml.sheet"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace")
                if said in {f"{OPEN_DOCUMENT}.text", f"{OPEN_DOCUMENT}.spreadsheet"}:
                    return said
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Refused(Refusal.BROKEN) from None
    return None


def inspect(file: IO[bytes], content_type: str) -> None:
    """Look for what hides in a file of this type. Raises Refused."""
    if content_type.startswith("image/"):
        inspect_picture(file)
    elif content_type == PDF:
        inspect_pdf(file)
    else:
        inspect_document(file)


def inspect_picture(file: IO[bytes]) -> None:
    """A picture that is also a page, a PDF or an archive is made to pass for one and act as the
    other; what cameras append (previews, films) is neither."""
    file.seek(0)
    content = file.read()
    if any(mark in content.lower() for mark in PROGRAMS) or b"%PDF-" in content[:REACH_OF_PDF]:
        raise Refused(Refusal.TWO_IN_ONE)
    if zipfile.is_zipfile(file):
        raise Refused(Refusal.TWO_IN_ONE)


def inspect_pdf(file: IO[bytes]) -> None:
    file.seek(0)
    content = file.read()
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Refused(Refusal.BROKEN)
    if content[end + 5 :].strip(b"\r\n\t \0") or zipfile.is_zipfile(file):
        raise Refused(Refusal.TWO_IN_ONE)
    if any(mark in content[:REACH_OF_PDF].lower() for mark in PROGRAMS):
        raise Refused(Refusal.TWO_IN_ONE)
    if b"/Encrypt" in content:
        raise Refused(Refusal.LOCKED)


def inspect_document(file: IO[bytes]) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            require_sane(parts, size=size_of(file))
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise Refused(Refusal.MACROS)
            if min(part.header_offset for part in parts) != 0:
                raise Refused(Refusal.TWO_IN_ONE)
            unpack_all(archive, parts)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise Refused(Refusal.BROKEN) from None


def require_sane(parts: list[zipfile.ZipInfo], *, size: int) -> None:
    """By what the archive says of itself, before anything of it is unpacked."""
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * size)
    offsets = {part.header_offset for part in parts}
    # Parts that share bytes unpack to far more than the archive holds (overlapping bombs).
    if len(parts) > MOST_PARTS or is_bomb or len(offsets) < len(parts):
        raise Refused(Refusal.UNPACKS_TOO_LARGE)
    if any(part.flag_bits & IS_ENCRYPTED for part in parts):
        raise Refused(Refusal.LOCKED)


def unpack_all(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo]) -> None:
    """Into nothing, counting: what an archive says of itself may be a lie."""
    unpacked = 0
    for part in parts:
        with archive.open(part) as opened:
            first = opened.read(CHUNK)
            # Spreadsheets behind a document's charts are archives too, and stand in this folder.
            if first.startswith(b"PK\x03\x04") and "/embeddings/" not in part.filename:
                raise Refused(Refusal.UNPACKS_TOO_LARGE)  # an archive in it: a bomb of bombs
            while first:
                unpacked += len(first)
                if unpacked > MOST_UNPACKED:
                    raise Refused(Refusal.UNPACKS_TOO_LARGE)
                first = opened.read(CHUNK)


def size_of(file: IO[bytes]) -> int:
    return file.seek(0, 2)
