"""What somebody typed, as a question to the words that events are found by.

Words are asked for as they are written and without their endings; one that no event has is taken
for a misspelling of those that look like it. All else stands in the database (migration 0020).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, Func, TextField, Value
from django.db.models.functions import Cast

LONGEST = 200
MOST_WORDS = 8
# Only that much less alike than the best are meant too.
AS_GOOD_AS_THE_BEST = 0.1

READ = """
SELECT asked.run, asked.word, forms.lexemes, forms.is_stop,
    (SELECT EXISTS (
        SELECT FROM events_searchword known WHERE known.word = ANY (forms.lexemes)
    )) AS is_known
FROM events_search_words(%(words)s) AS asked
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT lexeme) || asked.word AS lexemes, bool_or(is_stop) AS is_stop
    FROM unnest(%(languages)s::text[]) AS language,
        LATERAL ts_lexize(events_search_stemmer(language), asked.word) AS stems,
        LATERAL (SELECT stems = '{}' AS is_stop) AS stop
        LEFT JOIN LATERAL unnest(stems) AS lexeme ON true
) AS forms
ORDER BY asked.place
"""
ALIKE = """
SELECT DISTINCT word, similarity(word, %(word)s) AS likeness
FROM events_searchword
WHERE word %% %(word)s AND abs(length(word) - length(%(word)s)) <= 3
ORDER BY likeness DESC LIMIT 6
"""


class Plain(Func):
    """In lower case and without accents: how names are compared that people type."""

    function = "events_plain"
    output_field = TextField()


class Matches(Func):
    """Whether a vector has what a question asks for."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True)
class Asked:
    """One word of a question, or one run of a script without blanks."""

    run: str | None
    word: str | None
    lexemes: list[str]
    is_stop: bool
    is_known: bool


def question_of(words: str, *, language: str) -> Cast | None:
    """What is asked of the vectors; None when nothing can be meant. One statement, and one more
    for each word that no event has."""
    asked = read(words, language=language)
    parts = [one for one in asked if counts(one)] or asked
    groups = [group for one in parts[:MOST_WORDS] if (group := group_of(one))]
    if not groups:
        return None
    return Cast(Value(" & ".join(groups)), SearchQueryField())


def read(words: str, *, language: str) -> list[Asked]:
    languages = list(dict.fromkeys([language, *(code for code, _name in settings.LANGUAGES)]))
    with connection.cursor() as cursor:
        cursor.execute(READ, {"words": words[:LONGEST], "languages": languages})
        return [
            Asked(run, word, [one for one in lexemes or () if one], bool(is_stop), is_known)
            for run, word, lexemes, is_stop, is_known in cursor.fetchall()
        ]


def counts(one: Asked) -> bool:
    """Not so a word that a language is full of, or a letter that an apostrophe has left."""
    return one.run is not None or not (one.is_stop or len(one.word or "") == 1)


def group_of(one: Asked) -> str:
    """In the words of `tsquery`; empty for a word that no event has and none looks like."""
    if one.run is not None:
        pairs = [one.run[place : place + 2] for place in range(len(one.run) - 1)]
        return all_of(pairs) if pairs else f"{quoted(one.run)}:*"
    lexemes = one.lexemes if one.is_known else alike(one.word or "")
    return any_of(lexemes) if lexemes else ""


def alike(word: str) -> list[str]:
    """The words that one was probably meant to be. Numbers mean themselves."""
    if len(word) < 3 or any(sign.isdigit() for sign in word):
        return []
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"word": word})
        found = cursor.fetchall()
    return [one for one, likeness in found if likeness >= found[0][1] - AS_GOOD_AS_THE_BEST]


def all_of(lexemes: Iterable[str]) -> str:
    return f"({' & '.join(map(quoted, dict.fromkeys(lexemes)))})"


def any_of(lexemes: Iterable[str]) -> str:
    return f"({' | '.join(map(quoted, dict.fromkeys(lexemes)))})"


def quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
