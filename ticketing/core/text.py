"""How text compares and sorts: the same on every server (docs/adr/0003-order-of-text.md).

Columns that people's writing goes into name this collation. It is built into PostgreSQL, knows
upper and lower case of all scripts, and depends on no library of the server's system.
"""

from django.db.models import CharField, Func

UNICODE = "pg_unicode_fast"


class TextOrder(Func):
    """What a person would sort by: accents and case do not part a letter from itself."""

    # U+0300 to U+036F are the accents that NFKD has taken off their letters.
    template = (
        "lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]+', '', 'g')"
        f' COLLATE "{UNICODE}")'
    )
    output_field = CharField()
