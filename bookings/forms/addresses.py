"""Slips in e-mail addresses: the tickets would go nowhere, or to somebody else."""

from difflib import get_close_matches

# Where most people have their mailbox; a host that is nearly one of these was meant to be it.
COMMON_HOSTS = (
    "aol.com", "bluewin.ch", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net",
    "googlemail.com", "hotmail.co.uk", "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net",
    "libero.it", "live.com", "mail.com", "me.com", "msn.com", "orange.fr", "outlook.com",
    "outlook.fr", "posteo.de", "proton.me", "protonmail.com", "sfr.fr", "t-online.de", "wanadoo.fr",
    "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.fr",
)  # fmt: skip
# Real hosts that look like slips of the above.
THEIR_OWN = {
    "email.com",
    "gmx.com",
    "ymail.com",
    "mail.de",
    "mail.fr",
    "live.fr",
    "live.de",
    "pm.me",
}
WRONG_ENDINGS = {
    "con": "com",
    "cmo": "com",
    "comm": "com",
    "ocm": "com",
    "vom": "com",
    "cim": "com",
}
NEARLY = 0.84  # gmial.com, gmai.com, hotmial.com; not mail.com for gmail.com, which exists


def likely_address(email: str) -> str:
    """What was probably meant by an address; empty when it looks right."""
    name, _, host = email.rpartition("@")
    host = host.casefold()
    if not name or host in COMMON_HOSTS or host in THEIR_OWN:
        return ""
    body, _, ending = host.rpartition(".")
    mended = f"{body}.{WRONG_ENDINGS[ending]}" if ending in WRONG_ENDINGS else host
    close = get_close_matches(mended, COMMON_HOSTS, n=1, cutoff=NEARLY)
    if close and is_one_slip(mended, close[0]):
        return f"{name}@{close[0]}"
    return f"{name}@{mended}" if mended != host else ""


def is_one_slip(typed: str, meant: str) -> bool:
    """A letter too many, too few, another, or two changed over."""
    if typed == meant:
        return True
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, right = typed[start:], meant[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return right in {rest[1:], swapped} or rest == right[1:] or rest[1:] == right[1:]
