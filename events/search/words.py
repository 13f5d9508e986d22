"""What somebody typed, as a question to the words that events are found by.

Words are asked for as they are written and without their endings; one that no event has is taken
for a misspelling of those that look like it. All else stands in the database (migration 0007).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.conf import settings
from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, Func, TextField, Value
from django.db.models.functions import Cast

LONGEST = 200
MOST_WORDS, MOST_PAIRS = 8, 24
SHORTEST_MISSPELT, LONGEST_SHORT = 3, 5
# Each costs a look through all words; who misspells more is understood by the first of them.
MOST_MISSPELT = 4
MOST_ALIKE = 6
ALIKE_ENOUGH = 0.8  # of the names of categories

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
# Short words have too few parts of three signs to be known by: they are held against all that
# begin alike.
ALIKE = """
WITH likely AS (
    SELECT word FROM events_searchword WHERE word %% %(word)s
    UNION
    SELECT word FROM events_searchword
    WHERE %(is_short)s AND word >= %(first)s AND word < %(beyond)s
        AND length(word) BETWEEN length(%(word)s) - 1 AND length(%(word)s) + 1
), far AS (
    SELECT word, levenshtein_less_equal(word, %(word)s, %(furthest)s) AS distance FROM likely
)
SELECT word FROM far
WHERE distance <= %(furthest)s AND distance = (SELECT min(distance) FROM far)
ORDER BY similarity(word, %(word)s) DESC, word LIMIT %(most)s
"""
NAMES_OF_CATEGORIES = """
SELECT lexeme, array_agg(DISTINCT 'category:' || category_id)
FROM events_categoryname,
    unnest(tsvector_to_array(events_search_vector(name, language, 'C'))) AS lexeme
WHERE length(lexeme) > 2
GROUP BY lexeme
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
    """What is asked of the vectors; None when nothing can be meant. Two statements, and one more
    for each word that no event has."""
    asked = read(words, language=language)
    parts = [one for one in asked if counts(one)] or asked
    if not parts:
        return None
    categories = names_of_categories()
    known: list[Asked] = []
    unknown: list[Asked] = []
    for one in parts[:MOST_WORDS]:
        is_known = one.is_known or not categories.keys().isdisjoint(one.lexemes)
        (known if is_known or one.run else unknown).append(one)
    groups = [
        *(said_as(one, categories) for one in known),
        *(meant_by(one, categories) for one in unknown[:MOST_MISSPELT]),
    ]
    question = " & ".join(group for group in groups if group)
    return Cast(Value(question), SearchQueryField()) if question else None


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


def names_of_categories() -> dict[str, list[str]]:
    """What stands for a category in the vectors, by each word that it is called."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES_OF_CATEGORIES)
        return dict(cursor.fetchall())


def said_as(one: Asked, categories: Mapping[str, list[str]]) -> str:
    """In the words of `tsquery`."""
    if one.run is None:
        return any_of(one.lexemes, categories)
    pairs = [one.run[place : place + 2] for place in range(len(one.run) - 1)]
    if not pairs:
        return f"{quoted(one.run)}:*"
    return f"({' & '.join(map(quoted, dict.fromkeys(pairs[:MOST_PAIRS])))})"


def meant_by(one: Asked, categories: Mapping[str, list[str]]) -> str:
    """Empty for a word that none looks like: the others must do."""
    word = one.word or ""
    names = get_close_matches(word, categories, n=2, cutoff=ALIKE_ENOUGH)
    return any_of([*alike(word), *names], categories)


def any_of(lexemes: list[str], categories: Mapping[str, list[str]]) -> str:
    named = [category for lexeme in lexemes for category in categories.get(lexeme, ())]
    said = dict.fromkeys([*lexemes, *named])
    return f"({' | '.join(map(quoted, said))})" if said else ""


def alike(word: str) -> list[str]:
    """The words that one was probably meant to be, by the signs that are wrong or missing. Numbers
    mean themselves."""
    if len(word) < SHORTEST_MISSPELT or any(sign.isdigit() for sign in word):
        return []
    facts: dict[str, str | int] = {
        "word": word,
        "is_short": len(word) <= LONGEST_SHORT,
        "first": word[0],
        "beyond": f"{word[0]}\U0010ffff",
        "furthest": 1 if len(word) <= LONGEST_SHORT else 2 if len(word) <= 8 else 3,
        "most": MOST_ALIKE,
    }
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, facts)
        return [found for (found,) in cursor.fetchall()]


def quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
