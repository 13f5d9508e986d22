"""A code as a picture that needs no other file: every dark square of it in one path."""

from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

# The blank edge that scanners look for (ISO/IEC 18004), in squares; a ticket's paper is white too.
QUIET, QUIET_ON_PAPER = 4, 2


class Drawn:
    """A QR code as a template shows it: how many squares wide, and its path."""

    def __init__(self, text: str, *, is_on_paper: bool = False) -> None:
        level, border = (
            (ERROR_CORRECT_M, QUIET_ON_PAPER) if is_on_paper else (ERROR_CORRECT_L, QUIET)
        )
        code = QRCode(error_correction=level, border=border)
        code.add_data(text)
        code.make(fit=True)
        self.matrix: list[list[bool]] = code.get_matrix()

    @property
    def size(self) -> int:
        return len(self.matrix)

    @property
    def path(self) -> str:
        """Row by row, each run of dark squares as one rectangle."""
        return "".join(
            f"M{start} {y}h{length}v1h-{length}z"
            for y, row in enumerate(self.matrix)
            for start, length in runs(row)
        )


def runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark squares begin, and how many there are in a row."""
    found: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if is_dark and x and row[x - 1]:
            start, length = found[-1]
            found[-1] = (start, length + 1)
        elif is_dark:
            found.append((x, 1))
    return found
