"""What is said in several languages, fetched with the row it is said of: one statement, however
many languages there are."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef
from django.db.models.functions import JSONObject


def in_languages(
    model: type[Model], parent: str, *fields: str, of: str = "pk", language: str
) -> ArraySubquery:
    """The rows of a table of texts in this language, or in the one it is a kind of."""
    rows = model._default_manager.filter(
        **{parent: OuterRef(of)}, language__in=languages_for(language)
    )
    facts = dict.fromkeys(("language", *fields))
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in facts})))


def languages_for(language: str) -> list[str]:
    """The most exact first: `fr-ca`, then `fr`."""
    return list(dict.fromkeys([language, language.partition("-")[0]]))


def best(texts: Iterable[Any] | None, language: str) -> dict[str, Any]:
    """The text in the first of the languages that there is one in; else nothing."""
    by_language = {text["language"]: text for text in texts or ()}
    for one in languages_for(language):
        if one in by_language:
            return cast("dict[str, Any]", by_language[one])
    return {}
