"""Categories as pages name them: one statement, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from events.models import Category, CategoryName, Event
from events.queries.words import best, in_languages


@dataclass(frozen=True)
class NamedCategory:
    pk: int
    slug: str
    name: str


def named(categories: QuerySet[Category], *, language: str) -> list[NamedCategory]:
    rows = categories.annotate(
        said=in_languages(CategoryName, "category", "name", language=language),
        said_in_english=in_languages(CategoryName, "category", "name", language="en"),
    )
    return [
        NamedCategory(
            row.pk,
            row.slug,
            best(row.said, language).get("name")
            or best(row.said_in_english, "en").get("name")
            or row.slug,
        )
        for row in rows
    ]


def categories_with_something_on(*, language: str, now: datetime) -> list[NamedCategory]:
    on = Event.objects.listed().not_over(now=now).filter(category=OuterRef("pk"))
    return named(Category.objects.filter(Exists(on)), language=language)
