"""What callers ask the catalogue for, in the query of an address."""

import re
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from events.api.organizing.calls import EARLIEST, LATEST
from events.rules import HIGHEST_PRICE, validate_language
from events.search.finding import Ordering, Wanted
from events.search.words import LONGEST

PAGE_SIZE, LARGEST_PAGE = 20, 100
LONGEST_CURSOR = 300
NEAREST_KM, FURTHEST_KM = Decimal("0.1"), Decimal(500)


class Day(serializers.Field[Any, Any, Any, Any]):
    """A day where the event is, or a moment with its offset."""

    default_error_messages = {
        "unclear": _("Please give a day, as in 2027-03-05, or a moment with its offset, as in 2027-03-05T20:00:00+01:00."),
    }  # fmt: skip

    def to_internal_value(self, data: Any) -> date | datetime:
        text = str(data).replace(" ", "+")  # a plus that was not escaped
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                day = date.fromisoformat(text)
                self.within(EARLIEST.date() <= day < LATEST.date())
                return day
            moment = datetime.fromisoformat(text)
            self.within(moment.tzinfo is not None and EARLIEST <= moment < LATEST)
        except ValueError:
            self.fail("unclear")
        return moment

    def within(self, is_well: bool) -> None:  # noqa: FBT001 - the one thing it is told
        if not is_well:
            self.fail("unclear")


class Point(serializers.Field[Any, Any, Any, Any]):
    default_error_messages = {
        "unclear": _("Please give latitude and longitude with a comma between, as in 45.76,4.84."),
    }

    def to_internal_value(self, data: Any) -> tuple[float, float]:
        number = r"\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*"
        found = re.fullmatch(f"{number},{number}", str(data), re.ASCII)
        if found is None:
            self.fail("unclear")
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) > 90 or abs(longitude) > 180:
            self.fail("unclear")
        return latitude, longitude


class Language(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(required=False, max_length=10, validators=[validate_language])


class InLanguage(serializers.Serializer[Any]):
    lang = Language()


class AskedEvents(InLanguage):
    q = serializers.CharField(required=False, max_length=LONGEST, allow_blank=True)
    category = serializers.CharField(required=False, max_length=40)
    city = serializers.CharField(required=False, max_length=100)
    country = serializers.RegexField(r"^[A-Za-z]{2}\Z", required=False)
    organizer = serializers.CharField(required=False, max_length=60)
    to = Day(required=False)
    price_max = serializers.IntegerField(required=False, min_value=0, max_value=HIGHEST_PRICE)
    free = serializers.BooleanField(required=False, default=None)
    online = serializers.BooleanField(required=False, default=None)
    near = Point(required=False)
    radius_km = serializers.DecimalField(
        required=False,
        max_digits=6,
        decimal_places=3,
        min_value=NEAREST_KM,
        max_value=FURTHEST_KM,
    )
    ordering = serializers.ChoiceField(Ordering.values, required=False)
    cursor = serializers.CharField(required=False, max_length=LONGEST_CURSOR)
    page_size = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_PAGE, default=PAGE_SIZE
    )

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": Day(required=False)}  # a word of Python's own


NAMES = {"free": "is_free", "online": "is_online"}


def wanted_of(asked: dict[str, Any]) -> Wanted:
    facts = {NAMES.get(name, name): value for name, value in asked.items()}
    known = {field.name for field in fields(Wanted)}
    given = {name: value for name, value in facts.items() if name in known and value is not None}
    for name, when in (("from", asked.get("from")), ("to", asked.get("to"))):
        if when is not None:
            given[f"starts_{name}" if isinstance(when, datetime) else f"days_{name}"] = when
    for name, kind in (("ordering", Ordering), ("radius_km", float)):
        if name in given:
            given[name] = kind(given[name])
    return Wanted(**given)


def asked_of[Asked: serializers.Serializer[Any]](
    serializer: type[Asked], request: Request
) -> dict[str, Any]:
    """What the query says, each name once; else 400 with the name of what is wrong."""
    asked = serializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def language_of(asked: dict[str, Any]) -> str:
    return asked.get("lang") or get_language() or "en"


LANG = OpenApiParameter(
    "lang",
    str,
    description="The language of texts, if they were written in it: `ja`. Without it, as "
    "`Accept-Language` says among the languages of the site.",
)
FILTERS = [
    OpenApiParameter(
        "q", {"type": "string", "maxLength": LONGEST},
        description="Words in any language; misspelt ones are understood.",
    ),
    OpenApiParameter("category", {"type": "string", "maxLength": 40}, description="Its slug."),
    OpenApiParameter(
        "city", {"type": "string", "maxLength": 100},
        description="Its name; case and accents do not matter.",
    ),
    OpenApiParameter(
        "country", {"type": "string", "pattern": "^[A-Za-z]{2}$"}, description="ISO 3166: `FR`."
    ),
    OpenApiParameter("organizer", {"type": "string", "maxLength": 60}, description="Its slug."),
    OpenApiParameter(
        "from", str,
        description="Begins then or later: a day where the event is (`2027-03-05`), or a moment "
        "(RFC 3339 with an offset).",
    ),
    OpenApiParameter("to", str, description="Begins on that day at the latest, or before that moment."),
    OpenApiParameter(
        "price_max", {"type": "integer", "minimum": 0, "maximum": HIGHEST_PRICE},
        description="The cheapest ticket costs no more, in the smallest unit of the event's own "
        "currency.",
    ),
    OpenApiParameter("free", bool, description="Whether a ticket costs nothing."),
    OpenApiParameter("online", bool, description="Online, or at a place."),
    OpenApiParameter("near", str, description="Latitude and longitude: `45.76,4.84`."),
    OpenApiParameter(
        "radius_km", {"type": "number", "minimum": 0.1, "maximum": 500},
        description="How far from `near`; 25 if not given.",
    ),
    OpenApiParameter(
        "ordering", str, enum=Ordering.values,
        description="Without it by relevance where `q` is given, else by date. By relevance the "
        "500 soonest that have the words are ranked.",
    ),
    OpenApiParameter("cursor", str, description="From `next` or `previous`, as it came."),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
        description=f"{PAGE_SIZE} if not given.",
    ),
    LANG,
]  # fmt: skip
# The page cache keeps what differs by these and nothing else.
QUERY = tuple(parameter.name for parameter in FILTERS)
