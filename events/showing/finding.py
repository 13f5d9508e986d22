"""What somebody asked of the list of events, in words and as links that leave a part of it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.forms import USUAL_RADIUS, Days, FindForm
from events.models import Event
from events.search.finding import Ordering, Wanted
from events.search.paging import Page, cursor_of, page_of
from events.showing.moments import locale_of
from ticketing.core.paging import Cursor, CursorUnclear

# Counting further would cost more than it tells.
COUNTED = 1000
SATURDAY = 5
# What the address of a list may ask; each combination is kept as a page of its own.
QUERY = (
    "q", "when", "from", "to", "category", "city", "country", "near", "radius_km", "free",
    "online", "organizer", "ordering", "after",
)  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A part of what was asked; its address asks for everything else."""

    label: str
    address: str


def wanted_by(form: FindForm, *, today: date) -> Wanted:
    """What of the form is right."""
    asked = form.cleaned_data
    first, last = days_of(form, today=today)
    return Wanted(
        on_from=first,
        days_to=last,
        q=asked.get("q", ""),
        category=asked.get("category", ""),
        city=asked.get("city", ""),
        country=asked.get("country", "").upper(),
        organizer=asked.get("organizer", ""),
        is_free=asked.get("free", False),
        is_online=asked.get("online") or None,
        near=asked.get("near"),
        radius_km=asked.get("radius_km") or USUAL_RADIUS,
        ordering=Ordering(asked["ordering"]) if asked.get("ordering") else None,
    )


def days_of(form: FindForm, *, today: date) -> tuple[date | None, date | None]:
    if form.first_day or form.last_day:
        return form.first_day, form.last_day
    match form.cleaned_data.get("when"):
        case Days.TODAY:
            return today, today
        case Days.TOMORROW:
            return today + timedelta(days=1), today + timedelta(days=1)
        case Days.WEEKEND:
            return weekend_of(today)
        case Days.WEEK:
            return today, today + timedelta(days=6)
        case _:
            return None, None


def weekend_of(today: date) -> tuple[date, date]:
    """Friday to Sunday; what is left of it once it has begun."""
    sunday = today + timedelta(days=6 - today.weekday())
    return max(today, sunday - timedelta(days=2)), sunday


def count_in_words(events: QuerySet[Event]) -> str:
    count = events[: COUNTED + 1].count()
    if count > COUNTED:
        return _("More than %(count)s events") % {"count": f"{COUNTED:,}".replace(",", "\u202f")}
    if count == 0:
        return _("No events")
    return ngettext("%(count)d event", "%(count)d events", count) % {"count": count}


def chips_of(form: FindForm, query: QueryDict, *, address: str, language: str) -> list[Chip]:
    words = words_of(form, language)
    return [Chip(label, without(query, names, address=address)) for names, label in words if label]


def words_of(form: FindForm, language: str) -> list[tuple[Sequence[str], str]]:
    """What was asked, in words, with the names in the query that say it."""
    asked: Mapping[str, Any] = form.cleaned_data
    near = _("Within %(km)d km of you") % {"km": asked.get("radius_km") or USUAL_RADIUS}
    first, last = form.first_day, form.last_day
    days = days_in_words(first, last, language) or choice(form, "when")
    return [
        (["q"], f"“{asked['q']}”" if asked.get("q") else ""),
        (["from", "to"] if first or last else ["when"], days),
        (["category"], choice(form, "category")),
        (["city"], asked.get("city", "")),
        (["near", "radius_km"], near if asked.get("near") else ""),
        *[([one], str(form[one].label) if asked.get(one) else "") for one in ("free", "online")],
        *[([one], asked.get(one, "")) for one in ("organizer", "country")],
    ]


def choice(form: FindForm, name: str) -> str:
    value = form.cleaned_data.get(name)
    return str(dict(form.fields[name].choices)[value]) if value else ""  # type: ignore[attr-defined] # only choices are asked for


def days_in_words(first: date | None, last: date | None, language: str) -> str:
    def said(day: date) -> str:
        return format_date(day, "medium", locale=locale_of(language))

    if first and last:
        return said(first) if first == last else f"{said(first)} – {said(last)}"
    if first:
        return _("From %(day)s") % {"day": said(first)}
    return _("Until %(day)s") % {"day": said(last)} if last else ""


def without(query: QueryDict, names: Sequence[str], *, address: str) -> str:
    """The same question without a part of it, from its first page."""
    rest = query.copy()
    for name in [*names, "after"]:
        rest.pop(name, None)
    for name in [name for name, value in rest.items() if not value]:
        rest.pop(name)
    return f"{address}?{rest.urlencode()}" if rest else address


def going_on(query: QueryDict, cursor: Cursor | None) -> str:
    """The address of the next page; empty on the last."""
    if cursor is None:
        return ""
    further = query.copy()
    further["after"] = str(cursor)
    return f"?{further.urlencode()}"


def page_asked(
    events: QuerySet[Event], order: Ordering, query: QueryDict, *, size: int, language: str
) -> Page:
    """The page after what an address says; one that nobody made leads to the first."""
    after = query.get("after", "")
    try:
        cursor = cursor_of(after, order) if after else None
        return page_of(events, order, size=size, cursor=cursor, language=language)
    except CursorUnclear:
        return page_of(events, order, size=size, cursor=None, language=language)
