"""Lists of the API: a page at a time, each with the address of the next (API.md "Conventions")."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing.core.errors import InvalidInput

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="From `next` or `previous`, as it came."),
    OpenApiParameter("page_size", int, description="At most 100; 50 if not given."),
]


class CursorUnclear(InvalidInput):
    code = "cursor_unclear"
    message = _("This is no cursor of this list. Begin again without one.")


class Page(CursorPagination):
    """In an order whose first field tells rows apart, or nearly."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100

    def __init__(self, ordering: Sequence[str]) -> None:
        self.in_order = tuple(ordering)

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        return self.in_order

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            raise CursorUnclear(field="cursor") from error


def page_of[Row: Model](
    rows: QuerySet[Row],
    request: Request,
    serializer: type[serializers.BaseSerializer[Any]],
    *,
    ordering: Sequence[str],
    context: dict[str, Any] | None = None,
) -> Response:
    page = Page(ordering)
    try:
        shown = page.paginate_queryset(rows, request)
    except (ValueError, ValidationError, DataError) as error:  # a cursor that somebody wrote
        raise CursorUnclear(field="cursor") from error
    return page.get_paginated_response(serializer(shown, many=True, context=context or {}).data)


def page_schema(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """What `page_of` answers, for the description of the API."""
    return inline_serializer(
        name=f"PageOf{serializer.__name__.removesuffix('Serializer')}",
        fields={
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer(many=True),
        },
    )
