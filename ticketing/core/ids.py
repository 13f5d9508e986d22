from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unguessable enough to name a row, ordered by time so that indexes stay small."""
    return uuid7()
