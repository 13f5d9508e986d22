"""Taking turns at something that is no row: who asks for the same waits, and nobody else does."""

from hashlib import blake2b

from django.db import connection


def take_turn(name: bytes) -> None:
    """Until the end of the transaction nobody else has a turn of this name."""
    number = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
