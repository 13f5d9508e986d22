"""Every move from every state, asked of the domain and of the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import OrganizerStatus, Role
from events.domain.asking import EventOver
from events.domain.events import NoDraft, change_event, create_event, delete_draft
from events.domain.lifecycle import (
    DateNeeded,
    NotOnSale,
    NotReady,
    NotThatWay,
    archive_event,
    cancel_event,
    finish_events,
    missing_for_publishing,
    pause_sales,
    postpone,
    publish_event,
    resume_sales,
    unpublish_event,
)
from events.enums import EVENT_MOVES, EventStatus
from events.models import Event, Place
from tests.events.factories import NOW, EventFactory, PoolFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from ticketing.core.models import AnnouncedEvent

pytestmark = pytest.mark.django_db
S = EventStatus
ACTS = {
    S.PUBLISHED: publish_event,
    S.UNPUBLISHED: unpublish_event,
    S.CANCELLED: cancel_event,
    S.ARCHIVED: archive_event,
}
LAST = "UPDATE events_event SET status = %s, published_at = coalesce(published_at, now()), cancelled_at = CASE WHEN %s = 'cancelled' THEN now() ELSE cancelled_at END WHERE id = %s"
PAIRS = [(before, after) for before in S for after in S if before != after]


def announced():
    return list(AnnouncedEvent.objects.order_by("id").values_list("name", flat=True))


def in_state(choir, status):
    event = EventFactory(organizer=choir, status=status)
    TicketTypeFactory(event=event)
    return event


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_database_knows_the_same_moves_as_the_table(choir, before, after):
    event = in_state(choir, before)

    def move():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LAST, [after, after, event.pk])

    if after in EVENT_MOVES[before]:
        move()
    else:
        with pytest.raises(IntegrityError, match="cannot become"):
            move()


@pytest.mark.parametrize(("before", "after"), [pair for pair in PAIRS if pair[1] in ACTS])
def test_an_act_moves_an_event_where_the_table_says_so(choir, organizer, before, after):
    event = in_state(choir, before)

    if after in EVENT_MOVES[before]:
        ACTS[after](event, by=organizer, now=NOW)
        assert Event.objects.get(pk=event.pk).status == after
    else:
        with pytest.raises(NotThatWay):
            ACTS[after](event, by=organizer, now=NOW)
        assert Event.objects.get(pk=event.pk).status == before


@pytest.mark.parametrize("status", set(S) - {S.DRAFT})
def test_an_event_begins_as_a_draft(choir, status):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(
            organizer=choir, title="x", slug="x", status=status, published_at=NOW,
            starts_at=NOW, ends_at=NOW + timedelta(hours=1), online_url="https://x.example",
        )  # fmt: skip


def test_every_move_is_written_down_and_announced(event, organizer):
    publish_event(event, by=organizer, now=NOW)
    unpublish_event(event, by=organizer, now=NOW)
    publish_event(event, by=organizer, now=NOW + timedelta(days=1))
    cancel_event(event, notice="The roof leaks.", by=organizer, now=NOW)
    archive_event(event, by=organizer, now=NOW)

    names = ["published", "unpublished", "published", "cancelled", "archived"]
    assert announced() == [f"events.event_{name}" for name in names]
    acts = Entry.objects.order_by("id").values_list("action", flat=True)
    assert list(acts) == [f"events.{name}" for name in names]
    event.refresh_from_db()
    assert (event.published_at, event.cancelled_at, event.notice) == (NOW, NOW, "The roof leaks.")


def test_what_is_missing_is_named_in_the_order_of_filling_in(choir, organizer):
    bare = create_event(choir, {"title": "Quiet songs"}, by=organizer, now=NOW)

    missing = [one.field for one in missing_for_publishing(bare, now=NOW)]

    assert missing == ["starts_at", "ends_at", "venue", "ticket_types"]
    with pytest.raises(NotReady) as caught:
        publish_event(bare, by=organizer, now=NOW)
    assert [one["field"] for one in caught.value.facts["missing"]] == missing
    assert announced() == ["events.event_created"]


def test_what_is_over_has_no_places_or_no_approval_is_not_published(event, choir, organizer):
    event.ticket_types.all().delete()
    TicketTypeFactory(event=event, pool=PoolFactory(event=event, capacity=0))
    choir.status = OrganizerStatus.PENDING
    choir.save()
    event.refresh_from_db()

    missing = [one.field for one in missing_for_publishing(event, now=event.ends_at)]

    assert missing == ["ends_at", "pools", "organizer"]


def test_who_edits_in_a_team_publishes(event, choir):
    manager = MembershipFactory(organizer=choir, role=Role.MANAGER).user

    publish_event(event, by=manager, now=NOW)

    assert event.status == "published"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.DOOR, Role.VIEWER])
@pytest.mark.parametrize(
    "act",
    [publish_event, unpublish_event, cancel_event, archive_event, postpone, pause_sales,
     resume_sales, delete_draft],
)  # fmt: skip
def test_other_roles_move_nothing(event, choir, role, act):
    member = MembershipFactory(organizer=choir, role=role).user

    with pytest.raises(RoleMayNot):
        act(event, by=member, now=NOW)


@pytest.mark.parametrize(
    "act",
    [publish_event, unpublish_event, cancel_event, archive_event, postpone, pause_sales,
     resume_sales, delete_draft],
)  # fmt: skip
def test_19_a_stranger_is_told_that_it_is_not_there(event, stranger, act):
    with pytest.raises(NoSuchOrganizer):
        act(event, by=stranger, now=NOW)


def test_what_is_over_is_finished_and_what_is_postponed_without_a_date_waits(choir, organizer):
    over, later = (EventFactory(organizer=choir, status=S.PUBLISHED) for _ in range(2))
    draft = EventFactory(organizer=choir)
    postpone(later, by=organizer, now=NOW)

    assert finish_events(now=over.ends_at - timedelta(seconds=1)) == 0
    assert finish_events(now=over.ends_at) == 1
    states = Event.objects.in_bulk([over.pk, later.pk, draft.pk])
    assert [states[one.pk].status for one in (over, later, draft)] == [
        "finished", "published", "draft",
    ]  # fmt: skip


def test_a_postponed_event_sells_nothing_until_it_has_a_date(choir, organizer):
    event = EventFactory(organizer=choir, status=S.PUBLISHED)
    was = event.starts_at

    postpone(event, notice="The singer is ill.", by=organizer, now=NOW)

    assert (event.awaits_new_date, event.sales_paused_at) == (True, NOW)
    with pytest.raises(DateNeeded):
        resume_sales(event, by=organizer, now=NOW)
    new = was + timedelta(days=7)
    change_event(
        event, {"starts_at": new, "ends_at": new + timedelta(hours=2)}, by=organizer, now=NOW
    )
    resume_sales(event, by=organizer, now=NOW)
    assert (event.awaits_new_date, event.sales_paused_at, event.postponed_from_at) == (
        False, None, was,
    )  # fmt: skip
    assert announced() == [
        "events.event_postponed", "events.event_changed", "events.event_rescheduled",
        "events.sales_resumed",
    ]  # fmt: skip


def test_postponing_to_a_date_moves_the_end_and_the_doors_along(choir, organizer):
    event = EventFactory(organizer=choir, status=S.PUBLISHED)
    was, new = event.starts_at, event.starts_at + timedelta(days=7)

    postpone(event, starts_at=new, by=organizer, now=NOW)

    event.refresh_from_db()
    assert (event.starts_at, event.ends_at) == (new, new + timedelta(hours=2))
    assert (event.postponed_from_at, event.sales_paused_at) == (was, None)


def test_pausing_twice_is_pausing_once(choir, organizer):
    event = EventFactory(organizer=choir, status=S.PUBLISHED)

    pause_sales(event, by=organizer, now=NOW)
    pause_sales(event, by=organizer, now=NOW + timedelta(hours=1))

    assert event.sales_paused_at == NOW
    assert announced() == ["events.sales_paused"]


@pytest.mark.parametrize("act", [pause_sales, postpone])
def test_a_draft_is_neither_paused_nor_postponed(event, organizer, act):
    with pytest.raises(NotOnSale):
        act(event, by=organizer, now=NOW)


@pytest.mark.parametrize("status", [S.CANCELLED, S.FINISHED, S.ARCHIVED])
def test_what_is_history_does_not_change(choir, organizer, status):
    event = EventFactory(organizer=choir, status=status)

    for act in (pause_sales, resume_sales, postpone):
        with pytest.raises(EventOver):
            act(event, by=organizer, now=NOW)
    with pytest.raises(EventOver):
        change_event(event, {"title": "Other"}, by=organizer, now=NOW)


def test_a_draft_is_deleted_with_all_it_has(event, organizer):
    delete_draft(event, by=organizer, now=NOW)

    assert (Event.objects.count(), Place.objects.count()) == (0, 0)
    assert announced() == ["events.draft_deleted"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("status", set(S) - {S.DRAFT})
def test_only_drafts_are_deleted_whoever_tries(choir, organizer, status):
    event = EventFactory(organizer=choir, status=status)

    with pytest.raises(NoDraft):
        delete_draft(event, by=organizer, now=NOW)
    with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic():
        event.delete()
