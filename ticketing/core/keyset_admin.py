"""Long lists of the back office: newest first, a page at a time, nothing counted.

Where a page begins is said by the key of a row and not by a number of rows to pass over, so that
the thousandth page costs what the first does.
"""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

OLDER, NEWER = "older_than", "newer_than"


class OnePage(Paginator):  # type: ignore[type-arg] # generic in stubs alone
    """What is shown, and nothing of what is not."""

    template_name = "admin/keyset_pagination.html"


class KeysetChangeList(ChangeList):
    older: str | None = None
    newer: str | None = None

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in {OLDER, NEWER}}

    def get_query_string(
        self, new_params: dict[str, Any] | None = None, remove: list[str] | None = None
    ) -> str:
        """Whoever narrows the list down begins at its top again."""
        return str(super().get_query_string(new_params, [OLDER, NEWER, *(remove or [])]))

    def get_results(self, request: HttpRequest) -> None:
        rows, size = self.queryset, self.list_per_page
        older, newer = self.key_in(request, OLDER), self.key_in(request, NEWER)
        has_newer = older is not None
        if newer is not None:
            found = list(rows.filter(pk__gt=newer).order_by("pk")[: size + 1])
            has_newer, has_older = len(found) > size, True
            found = found[:size][::-1]
        else:
            rows = rows if older is None else rows.filter(pk__lt=older)
            found = list(rows.order_by("-pk")[: size + 1])
            has_older, found = len(found) > size, found[:size]
        if found and has_older:
            self.older = self.get_query_string({OLDER: str(found[-1].pk)})
        if found and has_newer:
            self.newer = self.get_query_string({NEWER: str(found[0].pk)})
        self.result_list, self.result_count = found, len(found)
        self.full_result_count, self.show_full_result_count = None, False
        self.show_admin_actions = bool(found)
        self.can_show_all = self.multi_page = False
        self.paginator = OnePage(found, size)

    def key_in(self, request: HttpRequest, name: str) -> Any:
        if (text := request.GET.get(name)) is None:
            return None
        try:
            return self.lookup_opts.pk.to_python(text)
        except (ValidationError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error


class KeysetAdmin(ModelAdmin):
    """Rows whose keys grow with time. Columns are not sorted by: that would need an index each."""

    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetChangeList
