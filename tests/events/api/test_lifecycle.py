"""The moves of an event, one POST each."""

import pytest

from accounts.enums import OrganizerStatus
from events.enums import EventStatus
from events.models import Event
from tests.events.factories import EventFactory, TicketTypeFactory

pytestmark = pytest.mark.django_db
EVENT = "/events/quiet-songs"


def test_the_way_of_an_event_by_calls(event, api):
    def moved(name, body=None):
        answer = api.post(f"{EVENT}/{name}", body)
        assert answer.status_code == 200
        return answer.json()

    assert moved("publish")["status"] == "published"
    assert moved("pause-sales")["sales_paused_at"]
    assert moved("resume-sales")["sales_paused_at"] is None
    assert moved("unpublish")["status"] == "unpublished"
    assert moved("publish")["status"] == "published"
    late = moved("postpone", {"starts_at": "2127-03-12T20:00:00+01:00", "notice": "She is ill."})
    assert (late["starts_at"], late["ends_at"]) == ("2127-03-12T19:00:00Z", "2127-03-12T21:00:00Z")
    assert late["notice"] == "She is ill."
    assert moved("cancel", {"notice": "The roof leaks."})["status"] == "cancelled"
    assert moved("archive")["status"] == "archived"


def test_what_is_missing_is_said_in_order(choir, api):
    EventFactory(organizer=choir, slug="quiet-songs", venue=None, starts_at=None)

    answer = api.post(f"{EVENT}/publish")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    missing = answer.json()["missing"]
    assert [one["field"] for one in missing] == ["starts_at", "ends_at", "venue", "ticket_types"]
    assert all(one["words"] for one in missing)


def test_an_organizer_that_waits_for_approval_publishes_nothing(event, choir, api):
    choir.status = OrganizerStatus.PENDING
    choir.save()

    answer = api.post(f"{EVENT}/publish")

    assert [one["field"] for one in answer.json()["missing"]] == ["organizer"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("publish", EventStatus.PUBLISHED, "not_that_way"),
        ("unpublish", EventStatus.DRAFT, "not_that_way"),
        ("cancel", EventStatus.DRAFT, "not_that_way"),
        ("archive", EventStatus.PUBLISHED, "not_that_way"),
        ("postpone", EventStatus.DRAFT, "not_on_sale"),
        ("pause-sales", EventStatus.DRAFT, "not_on_sale"),
        ("pause-sales", EventStatus.CANCELLED, "event_over"),
        ("resume-sales", EventStatus.FINISHED, "event_over"),
    ],
)
def test_a_move_that_the_state_forbids_is_409_with_its_code(choir, api, name, status, code):
    event = EventFactory(organizer=choir, slug="quiet-songs", status=status)
    TicketTypeFactory(event=event)

    answer = api.post(f"{EVENT}/{name}")

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert Event.objects.get().status == status


def test_a_postponed_event_without_a_date_sells_nothing(choir, api):
    EventFactory(organizer=choir, slug="quiet-songs", status=EventStatus.PUBLISHED)
    assert api.post(f"{EVENT}/postpone").json()["sales_paused_at"]

    answer = api.post(f"{EVENT}/resume-sales")

    assert (answer.status_code, answer.json()["code"]) == (409, "date_needed")


def test_postponing_to_before_its_end_is_said_at_the_field(choir, api):
    EventFactory(organizer=choir, slug="quiet-songs", status=EventStatus.PUBLISHED)
    when = "2127-03-12T20:00:00+01:00"

    answer = api.post(f"{EVENT}/postpone", {"starts_at": when, "ends_at": when})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["ends_at"])


def test_a_repeated_cancellation_with_its_key_is_answered_alike(choir, api):
    EventFactory(organizer=choir, slug="quiet-songs", status=EventStatus.PUBLISHED)

    first, second = (api.post(f"{EVENT}/cancel", **{"Idempotency-Key": "k"}) for _ in "ab")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_a_duplicate_is_a_draft_of_its_own(event, api):
    answer = api.post(
        f"{EVENT}/duplicate", {"title": "Loud songs", "starts_at": "2127-03-12T20:00:00+01:00"}
    )

    assert answer.status_code == 201
    copy = answer.json()
    assert (copy["slug"], copy["status"], copy["starts_at"], copy["ends_at"]) == (
        "loud-songs", "draft", "2127-03-12T19:00:00Z", "2127-03-12T21:00:00Z",
    )  # fmt: skip
    assert len(api.get("/events/loud-songs/ticket-types").json()["results"]) == 1


def test_a_series_is_made_of_a_rule(event, api):
    answer = api.post(f"{EVENT}/series", {"rrule": "FREQ=WEEKLY;COUNT=3"})

    assert answer.status_code == 201
    dates = answer.json()["events"]
    assert (len(dates), dates[0]["slug"], Event.objects.count()) == (3, "quiet-songs", 3)
    again = api.post(f"{EVENT}/series", {"rrule": "FREQ=WEEKLY;COUNT=3"})
    assert (again.status_code, again.json()["code"]) == (409, "in_series_already")


def test_a_rule_that_is_none_is_said_at_its_field(event, api):
    answer = api.post(f"{EVENT}/series", {"rrule": "every Friday"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["rrule"])
