"""The list of events, and what is done with several at once."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from events.admin.deeds import DEEDS
from events.enums import EventStatus
from events.models import Event, Series
from tests.events.admin.conftest import LIST
from tests.events.factories import (
    NOW,
    CategoryFactory,
    EventFactory,
    TicketTypeFactory,
)
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db


@pytest.fixture
def future(event):
    """The draft that can be published, at a date that is still to come."""
    Event.objects.filter(pk=event.pk).update(
        starts_at="2040-06-01T18:00Z", ends_at="2040-06-01T20:00Z"
    )
    event.refresh_from_db()
    return event


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def act(client, action, *events):
    sent = {"action": action, "_selected_action": [event.pk for event in events]}
    return client.post(LIST, sent)


def test_the_list_costs_the_same_however_long(owner, choir):
    def one_more():
        TicketTypeFactory(event=EventFactory(organizer=choir, category=CategoryFactory()))

    assert_cost_is_constant(one_more, lambda: owner.get(LIST))


def test_the_front_page_costs_the_same_however_much_is_on(owner, choir):
    def one_more():
        later = {"starts_at": NOW.replace(year=2040), "status": EventStatus.PUBLISHED}
        TicketTypeFactory(event=EventFactory(organizer=choir, **later))

    assert_cost_is_constant(one_more, lambda: owner.get("/admin/"))


def test_the_list_says_how_full_each_is_and_when_on_its_own_clock(owner, event):
    place = event.pools.get().places.first()
    place.holder = event.pk
    place.save()

    shown = owner.get(LIST).text

    assert "1 / 10" in shown
    assert "12:00" not in shown
    assert "14:00 CEST" in shown


def test_the_filters_narrow_it_down(owner, choir, event):
    music = CategoryFactory(slug="choirs")
    later = NOW.replace(year=2040)
    EventFactory(organizer=choir, title="Later", starts_at=later, category=music)
    EventFactory(organizer=choir, title="Undated", starts_at=None, ends_at=None)

    def titles(query):
        rows = owner.get(f"{LIST}?{query}").context["cl"].result_list
        return sorted(one.title for one in rows)

    assert titles("when=coming") == ["Later"]
    assert titles("when=past") == ["Quiet songs"]
    assert titles("when=none") == ["Undated"]
    assert titles("category=choirs") == ["Later"]
    assert titles("starts_at__year=2040") == ["Later"]
    assert titles("status__exact=published") == []
    assert titles("q=undat") == ["Undated"]


def test_publishing_several_says_of_each_why_it_was_refused(owner, choir, future):
    empty = EventFactory(organizer=choir, title="Empty", starts_at=NOW.replace(year=2040))

    answer = act(owner, "publish_these", future, empty)

    future.refresh_from_db()
    empty.refresh_from_db()
    assert (future.status, empty.status) == (EventStatus.PUBLISHED, EventStatus.DRAFT)
    assert told(answer) == [
        (
            "Empty: Something is missing before this event can be published. "
            "It has no tickets yet; free ones are tickets too."
        ),
        "Done for 1 event.",
    ]


def test_every_bulk_action_acts(owner, future):
    over = EventFactory(organizer=future.organizer, status=EventStatus.FINISHED)
    steps = [
        ("publish_these", EventStatus.PUBLISHED),
        ("pause_these", EventStatus.PUBLISHED),
        ("resume_these", EventStatus.PUBLISHED),
        ("unpublish_these", EventStatus.UNPUBLISHED),
    ]

    for action, status in steps:
        assert told(act(owner, action, future))[-1] == "Done for 1 event."
        future.refresh_from_db()
        assert (future.status, bool(future.sales_paused_at)) == (status, action == "pause_these")
    act(owner, "archive_these", over)
    act(owner, "duplicate_these", over)

    assert list(
        Event.objects.filter(organizer=over.organizer, title=over.title).values_list(
            "status", flat=True
        )
    ) == [EventStatus.ARCHIVED, EventStatus.DRAFT]


def deed(client, event, name, **typed):
    address = reverse(f"admin:events_event_{name}", args=[event.pk])
    asked = client.get(address)
    assert asked.status_code == 200
    return client.post(address, {"_do": "1", **typed})


def test_a_deed_asks_before_and_changes_nothing_when_only_looked_at(owner, event):
    before = Event.objects.values().get()

    for one in DEEDS:
        assert (
            owner.get(reverse(f"admin:events_event_{one.name}", args=[event.pk])).status_code == 200
        )

    assert Event.objects.values().get() == before


def test_publishing_what_is_not_ready_lists_what_is_missing(owner, choir):
    event = EventFactory(organizer=choir, venue=None)

    asked = owner.get(reverse("admin:events_event_publish", args=[event.pk]))

    assert "It needs a venue, or a link if it is online." in asked.text
    assert "Publish now" not in asked.text


def test_cancelling_says_how_many_are_told_and_wants_to_be_sure(owner, choir):
    event = EventFactory(organizer=choir, status=EventStatus.PUBLISHED)
    pool = TicketTypeFactory(event=event).pool
    for place in pool.places.all()[:3]:
        place.holder = event.pk
        place.save()
    address = reverse("admin:events_event_cancel", args=[event.pk])

    asked = owner.get(address)
    unsure = deed(owner, event, "cancel", notice="The singer is ill.")
    event.refresh_from_db()
    assert event.status == EventStatus.PUBLISHED
    sure = deed(owner, event, "cancel", notice="The singer is ill.", is_sure="on")

    event.refresh_from_db()
    assert "3 places are taken: who booked them is told by mail" in asked.text
    assert ("The singer is ill." in unsure.text, unsure.status_code) == (True, 200)
    assert sure.status_code == 302
    assert (event.status, event.notice) == (EventStatus.CANCELLED, "The singer is ill.")


def test_postponing_to_a_date_or_to_nobody_knows_when(owner, choir):
    event = EventFactory(organizer=choir, status=EventStatus.PUBLISHED)

    deed(owner, event, "postpone", notice="Later.")
    event.refresh_from_db()
    assert event.awaits_new_date is True
    deed(owner, event, "postpone", starts_at="2040-03-01T20:00")

    event.refresh_from_db()
    assert event.starts_at.isoformat() == "2040-03-01T19:00:00+00:00"


def test_a_deed_that_the_domain_refuses_keeps_what_was_typed(owner, choir):
    event = EventFactory(organizer=choir, status=EventStatus.PUBLISHED)
    typed = {"starts_at": "2040-03-01T20:00", "ends_at": "2040-03-01T19:00", "notice": "Later."}

    answer = deed(owner, event, "postpone", **typed)

    assert answer.context["form"].errors == {"ends_at": ["The event must end after it begins."]}
    assert 'value="2040-03-01T19:00"' in answer.text


def test_duplicating_leads_to_the_copy(owner, event):
    answer = deed(owner, event, "duplicate", starts_at="2041-02-03T20:00", title="Again")

    copy = Event.objects.get(title="Again")
    assert answer["Location"] == reverse("admin:events_event_change", args=[copy.pk])
    assert copy.starts_at.isoformat() == "2041-02-03T19:00:00+00:00"


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ({"frequency": "WEEKLY", "interval": "1", "days": ["WE", "FR"], "count": "4"}, 4),
        ({"frequency": "WEEKLY", "interval": "2", "until": "2026-07-29"}, 3),
        ({"frequency": "DAILY", "interval": "1", "rrule": "FREQ=MONTHLY;COUNT=2"}, 2),
    ],
)
def test_a_series_is_made_of_simple_choices_or_of_a_rule(owner, event, typed, dates):
    answer = deed(owner, event, "series", **typed)

    assert answer.status_code == 302, answer.context["form"].errors
    assert Series.objects.get().events.count() == dates


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"frequency": "WEEKLY", "interval": "1"}, "until"),
        ({"frequency": "WEEKLY", "interval": "1", "rrule": "every Friday"}, "rrule"),
    ],
)
def test_a_series_that_is_not_clear_is_asked_again(owner, event, typed, field):
    answer = deed(owner, event, "series", **typed)

    assert list(answer.context["form"].errors) == [field]


def test_a_draft_is_deleted_with_all_its_rows(owner, event):
    answer = deed(owner, event, "delete-draft")

    assert answer["Location"] == LIST
    assert not Event.objects.exists()


def test_what_is_over_is_looked_at_and_not_changed(owner, choir):
    event = EventFactory(organizer=choir, status=EventStatus.FINISHED)
    address = reverse("admin:events_event_change", args=[event.pk])

    shown = owner.get(address)

    assert 'name="title"' not in shown.text
    assert owner.post(address, {"title": "New"}).status_code == 403
    *links, more = shown.context["actions_detail"]
    assert [str(one["title"]) for one in links] == ["Preview", "Sales", "Payments", "Report"]
    assert [str(one["title"]) for one in more["items"]] == ["Duplicate", "Archive"]
