"""A camera that sees one QR code: a film that Chromium takes instead of a real one."""

from pathlib import Path

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

WIDTH, HEIGHT = 640, 480
FRAMES_A_SECOND = 5


def film_of(code: str, path: Path, *, seconds_away: int = 0) -> Path:
    """Black on white, in the middle, as a phone holds it up; two seconds, then away for a while,
    and from the beginning again."""
    drawn = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    drawn.add_data(code)
    drawn.make()
    matrix = drawn.get_matrix()
    size = HEIGHT // len(matrix)
    edge = (WIDTH - size * len(matrix)) // 2
    rows = []
    for line in matrix:
        dots = b"".join((b"\x10" if dot else b"\xeb") * size for dot in line)
        row = b"\xeb" * edge + dots
        rows += [row.ljust(WIDTH, b"\xeb")] * size
    rows += [b"\xeb" * WIDTH] * (HEIGHT - len(rows))
    colour = b"\x80" * (WIDTH * HEIGHT // 2)
    shown = b"FRAME\n" + b"".join(rows) + colour
    away = b"FRAME\n" + b"\xeb" * (WIDTH * HEIGHT) + colour
    film = shown * 2 * FRAMES_A_SECOND + away * seconds_away * FRAMES_A_SECOND
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_A_SECOND}:1\n".encode() + film)
    return path
