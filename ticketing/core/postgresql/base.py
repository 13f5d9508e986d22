from select import POLLIN, poll
from time import monotonic
from typing import Any

from django.db.backends.postgresql import base, operations
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int2, Int4, Int8

# A network can forget a connection without a word; so long nobody else does.
QUIET = 20.0  # seconds
INERROR, UNKNOWN = TransactionStatus.INERROR, TransactionStatus.UNKNOWN
LIMITS = {Int2: 2**15, Int4: 2**31}


class DatabaseOperations(operations.DatabaseOperations):
    def adapt_integerfield_value(self, value: Any, internal_type: str) -> Any:
        """A number goes out in the size of its column, and psycopg would cut off without a word
        what does not fit. Written large, PostgreSQL refuses or compares it as what it is."""
        adapted = super().adapt_integerfield_value(value, internal_type)
        limit = LIMITS.get(type(adapted))
        return Int8(value) if limit and not -limit <= adapted < limit else adapted


class DatabaseWrapper(base.DatabaseWrapper):
    """Every request looks first whether its connection lives (CONN_HEALTH_CHECKS).

    A server that ends one says so, and then there is something to read: only then, or when it
    was not used for a while, PostgreSQL is asked itself, for that costs every request a journey.
    """

    ops_class = DatabaseOperations
    lived_at = 0.0

    def is_usable(self) -> bool:
        was_lately, self.lived_at = monotonic() - self.lived_at < QUIET, monotonic()
        if was_lately and self.connection is not None and self.is_silent():
            return True
        return bool(super().is_usable())

    def is_silent(self) -> bool:
        if self.connection.info.transaction_status in {INERROR, UNKNOWN}:
            return False
        looks = poll()
        looks.register(self.connection.fileno(), POLLIN)
        return not looks.poll(0)
