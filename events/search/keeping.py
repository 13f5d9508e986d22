"""Writing all anew what triggers keep (migration 0007): after a restored copy of the data, a new
release of PostgreSQL, or a change of how words are read."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from events.models import Event, SearchText, SearchWord

AT_ONCE = 500


def rebuild_search() -> tuple[int, int]:
    """Returns how many events are found, and by how many words. Searching goes on meanwhile."""
    ids = list(Event.objects.listed().order_by("id").values_list("id", flat=True))
    SearchText.objects.exclude(event__in=Event.objects.listed()).delete()
    for first in range(0, len(ids), AT_ONCE):
        refresh(ids[first : first + AT_ONCE])
    forget_unused_words()
    return SearchText.objects.count(), SearchWord.objects.count()


def refresh(ids: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT events_search_refresh(id) FROM unnest(%s::uuid[]) AS id", [list(ids)]
        )


@transaction.atomic
def forget_unused_words() -> None:
    """And what was written twice."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute(
            "DELETE FROM events_searchword known WHERE NOT EXISTS ("
            " SELECT FROM events_searchtext WHERE vector @@ quote_literal(known.word)::tsquery)"
        )
        cursor.execute(
            "DELETE FROM events_searchword known USING events_searchword first"
            " WHERE first.word = known.word AND first.id < known.id"
        )
