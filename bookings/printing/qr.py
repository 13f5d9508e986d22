"""QR codes as one compact path: small, quick to draw, and sharp at every size."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around it, as the standard asks for
# All eight are tried else, to break up what is regular in a text, and that takes nine tenths of the
# time; ours are signatures and tokens, which are as regular under one as under the other.
MASK = 3


@dataclass(frozen=True)
class Drawing:
    size: int
    """Of the picture's side, in modules."""
    path: str
    """The dark ones, as the `d` of an SVG path that is stroked: what is filled takes longer to read."""


def drawing_of(text: str) -> Drawing:
    """Version 6 at level M for a ticket's code: capitals and digits take eleven bits a pair."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=False)  # it finds what fits when asked for its version; else it does so twice
    rows = [[bool(dark) for dark in row] for row in code.modules]
    return Drawing(len(rows) + 2 * QUIET, "".join(runs_of(rows)))


def runs_of(rows: list[list[bool]]) -> list[str]:
    """Each run of dark modules in a row is one stroke, as thick as they are high."""
    runs = []
    for y, row in enumerate(rows, QUIET):
        begin = None
        for x, dark in enumerate([*row, False], QUIET):
            if dark and begin is None:
                begin = x
            elif not dark and begin is not None:
                runs.append(f"M{begin} {y + 0.5}h{x - begin}")
                begin = None
    return runs
