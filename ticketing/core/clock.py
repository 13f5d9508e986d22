"""The one clock that counts where seconds decide: the database's (trust F22).

Servers of ours may be minutes apart; what is held until a moment is held by one clock alone.
"""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """As the statement begins, not the transaction: a sweep after a long wait is of its own time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
