"""What a value of a booking must look like, wherever it comes from."""

import re

# Crockford's base 32: no letter that could be read as a digit, none that makes words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 8
REFERENCE = rf"^[{ALPHABET}]{{{REFERENCE_LENGTH}}}$"
READ_AS = str.maketrans("OILU", "011V")
LONGEST_NAME = 200
GMAIL = {"gmail.com", "googlemail.com"}
TAG = re.compile(r"\+.*$")


def spelled_reference(text: str) -> str:
    """As references are kept: people type small letters, blanks, and O for 0."""
    return re.sub(r"[\s-]", "", text).upper().translate(READ_AS)


def same_mailbox(email: str) -> str:
    """One spelling of all the addresses that end up in one mailbox, for limits per person.

    Never written to: what is after a plus may be part of a name elsewhere.
    """
    name, _, host = email.strip().casefold().rpartition("@")
    name = TAG.sub("", name) or name
    if host in GMAIL:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{host}"
