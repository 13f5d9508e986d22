"""Files as people send them, and as people should not."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from events.media.kinds import OFFICE, OPEN_DOCUMENT

WHERE = "GPS of the barn"
DOCX = f"{OFFICE}.wordprocessingml.document"
ODT = f"{OPEN_DOCUMENT}.text"
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/avif": "avif",
    "application/pdf": "pdf", DOCX: "docx", ODT: "odt",
}  # fmt: skip


def picture(encoder="JPEG", *, size=(1200, 675), colour=(200, 40, 20), **options):
    """With a place and a camera in its EXIF, and turned by its flag."""
    out = BytesIO()
    image = Image.new("RGB", size, colour)
    image.paste((20, 60, 200), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x010E] = WHERE
    exif.get_ifd(0x8825)[2] = (45.0, 45.0, 50.0)
    image.save(out, encoder, exif=exif, **options)
    return out.getvalue()


def pdf(extra=b""):
    return b"%PDF-1.7\n1 0 obj <<>> endobj\n" + extra + b"\ntrailer <<>>\n%%EOF\n"


def archive(parts, *, method=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(**more):
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
    return archive(parts | more)


def odt():
    return archive({"mimetype": ODT, "content.xml": "<x/>"}, method=zipfile.ZIP_STORED)


def png_of(width, height):
    """A picture that says it is so large, in few bytes."""

    def chunk(kind, body):
        check = struct.pack("!I", zlib.crc32(kind + body))
        return struct.pack("!I", len(body)) + kind + body + check

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
