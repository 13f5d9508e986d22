"""What the back office's first page says of views and searches, and to whom."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from events.enums import Counted, EventStatus, Source
from events.models import EventCount, SearchCount
from events.queries.counts import (
    DayLookedAt,
    EventLookedAt,
    WordsSearched,
    looked_at_by_day,
    most_looked_at,
    most_searched,
)
from tests.events.factories import NOW, EventFactory
from tests.factories import MembershipFactory, OrganizerFactory, UserFactory
from tests.kit.queries import assert_cost_is_constant, queries_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def counted(event, times, kind=Counted.VIEW, *, day=TODAY, source=Source.DIRECT):
    EventCount.objects.create(
        event=event, organizer_id=event.organizer_id, day=day, kind=kind, source=source,
        count=times,
    )  # fmt: skip


def searched(words, times, *, is_found=True, day=TODAY, language="en"):
    SearchCount.objects.create(
        words=words, count=times, is_found=is_found, day=day, language=language
    )


@pytest.fixture
def others():
    """An event of another team."""
    return EventFactory(organizer=OrganizerFactory(), title="Loud drums")


def test_views_of_the_last_days_are_added_up_by_day_and_empty_days_stand_too(event, organizer):
    counted(event, 3)
    counted(event, 2, source=Source.SEARCH)
    counted(event, 1, Counted.TICKETS)
    counted(event, 9, day=TODAY - timedelta(days=29))
    counted(event, 50, day=TODAY - timedelta(days=30))

    days = looked_at_by_day(organizer, now=NOW)

    assert len(days) == 30
    assert days[0] == DayLookedAt(TODAY - timedelta(days=29), 9, 0)
    assert days[1:-1] == [DayLookedAt(TODAY - timedelta(days=ago)) for ago in range(28, 0, -1)]
    assert days[-1] == DayLookedAt(TODAY, 5, 1)


def test_the_most_viewed_come_first_with_who_went_on_to_the_tickets(event, organizer, choir):
    quiet = EventFactory(organizer=choir, title="Rehearsal")
    counted(event, 30)
    counted(event, 10, day=TODAY - timedelta(days=1))
    counted(event, 10, Counted.TICKETS)
    counted(quiet, 2, Counted.TICKETS)

    found = most_looked_at(organizer, now=NOW, most=8)

    assert found == [
        EventLookedAt(event.pk, "Quiet songs", 40, 10),
        EventLookedAt(quiet.pk, "Rehearsal", 0, 2),
    ]
    assert [one.percent for one in found] == [25, 0]


def test_20_a_team_sees_what_is_looked_at_of_its_own_events_and_staff_of_all(
    event, others, organizer, stranger, staff
):
    counted(event, 3)
    counted(others, 4)

    def titles(user):
        return [one.title for one in most_looked_at(user, now=NOW, most=8)]

    assert titles(organizer) == ["Quiet songs"]
    assert titles(stranger) == []
    assert titles(staff) == ["Loud drums", "Quiet songs"]
    assert [looked_at_by_day(user, now=NOW)[-1].views for user in (organizer, stranger, staff)] == [
        3, 0, 7,
    ]  # fmt: skip


def test_23_the_door_s_people_see_no_figures(event, choir):
    steward = UserFactory()
    MembershipFactory(organizer=choir, user=steward, role=Role.DOOR)
    counted(event, 3)

    assert most_looked_at(steward, now=NOW, most=8) == []


def test_words_are_added_up_over_days_and_languages_and_apart_where_nothing_was_found():
    searched("jazz", 3)
    searched("jazz", 2, language="fr", day=TODAY - timedelta(days=3))
    searched("jazz", 1, is_found=False)
    searched("curling", 4, is_found=False)
    searched("", 90)
    searched("last year", 99, day=TODAY - timedelta(days=30))

    assert most_searched(now=NOW, most=10) == [
        WordsSearched("jazz", 6),
        WordsSearched("curling", 4),
    ]
    assert most_searched(is_found=False, now=NOW, most=10) == [
        WordsSearched("curling", 4),
        WordsSearched("jazz", 1),
    ]
    assert most_searched(now=NOW, most=1) == [WordsSearched("jazz", 6)]


def test_the_first_page_shows_views_to_a_team_and_searches_to_staff_alone(
    owner, staff_client, event, others
):
    today = timezone.now().date()
    counted(event, 40, day=today)
    counted(event, 10, Counted.TICKETS, day=today)
    counted(others, 7, day=today)
    searched("curling", 4, is_found=False, day=today)

    mine, all_of_it = owner.get("/admin/").text, staff_client.get("/admin/").text

    def said(page):
        words = "Views in the last 30 days", "Quiet songs", "25 %", "Loud drums", "curling"
        return [one in page for one in words]

    assert said(mine) == [True, True, True, False, False]
    assert said(all_of_it) == [True, True, True, True, True]


def test_the_chart_of_views_is_also_a_table(owner, event):
    counted(event, 41, day=timezone.now().date())

    page = owner.get("/admin/").text

    assert '<td class="office-figure">41</td>' in page


def test_the_first_page_says_where_nothing_was_looked_at(owner, staff_client, event):
    assert "Nobody has looked at a published event yet." in owner.get("/admin/").text
    assert "Nothing yet." in staff_client.get("/admin/").text


def test_the_first_page_costs_the_same_with_one_event_as_with_three(owner, choir):
    def make_row():
        event = EventFactory(organizer=choir, status=EventStatus.PUBLISHED)
        counted(event, 3, day=timezone.now().date())

    assert_cost_is_constant(make_row, lambda: owner.get("/admin/"))


def test_views_searches_and_the_most_viewed_are_a_statement_each(organizer, staff):
    assert len(queries_of(lambda: looked_at_by_day(organizer, now=NOW))) == 1
    assert len(queries_of(lambda: most_looked_at(staff, now=NOW, most=8))) == 1
    assert len(queries_of(lambda: most_searched(now=NOW, most=8))) == 1


def test_who_looks_at_another_team_s_first_page_sees_nothing_of_it(other_team, event):
    counted(event, 3, day=timezone.now().date())

    assert "Quiet songs" not in other_team.get("/admin/").text
