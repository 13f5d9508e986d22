"""How many statements something costs, and that the number does not grow with the rows."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


def assert_cost_is_constant(make_row: Callable[[], object], act: Callable[[], object]) -> None:
    """The same statements with one row as with three."""
    make_row()
    act()  # what is loaded once per process is not counted
    with_one = queries_of(act)
    make_row()
    make_row()
    with_three = queries_of(act)

    assert len(with_three) == len(with_one), "\n".join(["One:", *with_one, "Three:", *with_three])
