"""Events are found by what is typed, however many there are, and only those of one's teams."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bookings.models import CheckInList
from tests.bookings.admin.conftest import LISTS
from tests.events.factories import EventFactory
from tests.factories import OrganizerFactory

pytestmark = pytest.mark.django_db
FIND = {"app_label": "bookings", "model_name": "booking", "field_name": "event"}


@pytest.fixture
def theirs():
    return EventFactory(organizer=OrganizerFactory(), title="Loud songs", status="published")


def found(client, words):
    answer = client.get(reverse("admin:autocomplete"), FIND | {"term": words})
    return [one["text"] for one in answer.json()["results"]]


def test_an_event_is_found_by_its_title_with_its_date_and_by_the_team_alone(
    owner, other_team, event, theirs
):
    assert [text.partition(" · ")[0] for text in found(owner, "songs")] == ["Quiet songs"]
    assert str(event.starts_at.year) in found(owner, "songs")[0]
    assert found(other_team, "quiet") == []


@pytest.mark.parametrize("name", LISTS)
def test_each_list_names_the_chosen_event_and_no_one_else_s(owner, event, theirs, name):
    mine = owner.get(LISTS[name], {"event": str(event.pk)})
    other = owner.get(LISTS[name], {"event": str(theirs.pk)})

    assert (mine.status_code, "Quiet songs · " in mine.text) == (200, True)
    assert (other.status_code, "Loud songs" in other.text) == (200, False)


def test_a_list_at_the_door_is_made_for_a_found_event_of_the_team(owner, event, theirs):
    page = owner.get(f"{LISTS['checkinlist']}add/")
    for one in (theirs, event):
        typed = {"event": str(one.pk), "name": "North", "entries": "once", "pin": ""}
        owner.post(f"{LISTS['checkinlist']}add/", typed)

    assert 'data-field-name="event"' in page.text
    assert [one.event for one in CheckInList.objects.all()] == [event]


def test_whom_to_book_for_is_searched_among_what_is_on(owner, choir, event, now, monkeypatch):
    monkeypatch.setattr("bookings.admin.on_behalf.MOST_EVENTS", 1)
    EventFactory(
        organizer=choir, title="Winter", status="published", starts_at=now + timedelta(days=3)
    )
    address = reverse("admin:bookings_booking_add")

    every, one, none = (owner.get(address, {"q": words}).text for words in ("", "QUIET", "xyz"))

    assert ["Winter · " in every, "Quiet songs · " in every, "There are more" in every] == [
        True, False, True,
    ]  # fmt: skip
    assert ["Winter · " in one, "Quiet songs · " in one, "There are more" in one] == [
        False, True, False,
    ]  # fmt: skip
    assert "No event that is on is called so." in none
