"""What files are, and what hides in them."""

import zipfile
from io import BytesIO

import pytest

from events.enums import Refusal
from events.media.inspection import Refused, inspect, type_of
from tests.events.media.files import DOCX, ODT, archive, docx, odt, pdf, picture

JPEG = picture()
GOOD = {
    "image/jpeg": JPEG,
    "image/png": picture("PNG"),
    "image/webp": picture("WEBP"),
    "image/avif": picture("AVIF", size=(64, 64)),
    "application/pdf": pdf(),
    DOCX: docx(),
    ODT: odt(),
}


def verdict(content):
    """The type, or why not."""
    file = BytesIO(content)
    try:
        found = type_of(file)
        inspect(file, found)
    except Refused as refused:
        return refused.why
    return found


@pytest.mark.parametrize("content_type", GOOD)
def test_a_file_is_what_its_bytes_say(content_type):
    assert verdict(GOOD[content_type]) == content_type


def bomb():
    return docx(**{"word/media/a": b"\0" * 300_000_000})


def overlapping():
    """Two names for the same bytes."""
    out = BytesIO(docx())
    with zipfile.ZipFile(out, "a") as file:
        first = file.infolist()[0]
        file.filelist.append(first)
        file._didModify = True
    return out.getvalue()


def locked():
    content = bytearray(docx())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


R = Refusal
REFUSED = {
    "a page": (b"<!DOCTYPE html><p>Hello", R.ACTIVE_CONTENT),
    "a page after a byte order mark and blanks": (b"\xef\xbb\xbf \n<HTML>", R.ACTIVE_CONTENT),
    "a page behind a comment": (b"<!-- x --><html>", R.ACTIVE_CONTENT),
    "a script": (b"<script>alert(1)</script>", R.ACTIVE_CONTENT),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', R.ACTIVE_CONTENT),
    "a drawing with a head": (b'<?xml version="1.0"?><svg/>', R.ACTIVE_CONTENT),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0", R.TYPE_NOT_ALLOWED),
    "PostScript with a preview": (b"\xc5\xd0\xd3\xc6" + b"\0" * 30, R.TYPE_NOT_ALLOWED),
    "a program": (b"MZ" + b"\0" * 100, R.TYPE_NOT_ALLOWED),
    "a GIF": (b"GIF89a" + b"\0" * 100, R.TYPE_NOT_ALLOWED),
    "text": (b"Hello", R.TYPE_NOT_ALLOWED),
    "nothing": (b"", R.TYPE_NOT_ALLOWED),
    "an archive": (archive({"a.txt": "x"}), R.TYPE_NOT_ALLOWED),
    "a torn archive": (docx()[:60], R.BROKEN),
    "a picture that is a page": (JPEG + b"<html><script>", R.TWO_IN_ONE),
    "a picture with a page inside": (JPEG[:30] + b"<SCRIPT>" + JPEG[30:], R.TWO_IN_ONE),
    "a picture that is a drawing": (JPEG + b"<svg onload=x>", R.TWO_IN_ONE),
    "a picture that is an archive": (JPEG + archive({"a.class": "x"}), R.TWO_IN_ONE),
    "a picture that is a PDF": (JPEG[:20] + b"%PDF-1.7" + JPEG[20:], R.TWO_IN_ONE),
    "a PDF that is an archive": (pdf() + archive({"a.class": "x"}), R.TWO_IN_ONE),
    "a PDF with something after it": (pdf() + b"MZ program", R.TWO_IN_ONE),
    "a PDF that is a page": (pdf(b"<script>"), R.TWO_IN_ONE),
    "a PDF without an end": (b"%PDF-1.7 hello", R.BROKEN),
    "a PDF with a password": (pdf(b"/Encrypt 3 0 R"), R.LOCKED),
    "a document with macros": (docx(**{"word/vbaProject.bin": "x"}), R.MACROS),
    "a document with a password": (locked(), R.LOCKED),
    "a document that is a bomb": (bomb(), R.UNPACKS_TOO_LARGE),
    "a document with an archive": (docx(a=archive({"b": "c"})), R.UNPACKS_TOO_LARGE),
    "a document of too many parts": (docx(**{f"{n}": "" for n in range(2001)}), R.UNPACKS_TOO_LARGE),
    "a document whose parts overlap": (overlapping(), R.UNPACKS_TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_38_what_is_not_what_it_seems_is_refused(what):
    content, why = REFUSED[what]

    assert verdict(content) is why


def test_38_a_bomb_that_lies_about_its_size_is_counted_while_it_is_unpacked(monkeypatch):
    monkeypatch.setattr("events.media.inspection.require_sane", lambda *_, **__: None)

    assert verdict(bomb()) is R.UNPACKS_TOO_LARGE


def test_a_document_may_hold_the_tables_behind_its_charts():
    assert verdict(docx(**{"word/embeddings/a.xlsx": archive({"b": "c"})})) == DOCX


@pytest.mark.parametrize("why", Refusal)
def test_every_refusal_says_in_a_sentence_what_is_wrong(why):
    assert str(why.label).endswith(".")
    assert len(why.value) <= 20
