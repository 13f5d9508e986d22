"""Rows of several tables in one statement."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.writing import insert_at_once

pytestmark = pytest.mark.django_db


def happened(subscribers=("one", "two")):
    event = AnnouncedEvent(name="tests.happened", version=1, body={"what": "it's 100 %"})
    return event, [Delivery(event=event, subscriber=name, queue="") for name in subscribers]


def test_rows_of_two_tables_are_one_statement():
    event, deliveries = happened()

    with CaptureQueriesContext(connection) as asked:
        insert_at_once([event], deliveries)

    assert len(asked) == 1
    assert AnnouncedEvent.objects.get(pk=event.pk).body == {"what": "it's 100 %"}
    assert list(event.deliveries.order_by("subscriber")) == deliveries


def test_keys_that_the_database_numbers_come_back_in_order():
    event, deliveries = happened()

    insert_at_once([event], deliveries)

    written = {one.subscriber: one.pk for one in event.deliveries.all()}
    assert {one.subscriber: one.pk for one in deliveries} == written


def test_what_is_written_counts_as_saved_and_is_updated_from_then_on():
    event, [delivery] = happened(["one"])
    insert_at_once([event], [delivery])

    delivery.last_error = "tried"
    delivery.save()

    assert list(Delivery.objects.values_list("last_error", flat=True)) == ["tried"]


def test_what_the_database_gives_by_default_it_gives_here_too():
    event, [delivery] = happened(["one"])

    insert_at_once([event], [delivery])

    assert Delivery.objects.get().wanted_at is not None


def test_a_broken_constraint_writes_none_of_them():
    event, _ = happened()
    twice = [Delivery(event=event, subscriber="same", queue="") for _ in range(2)]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_at_once([event], twice)
    assert not AnnouncedEvent.objects.exists()


def test_nothing_to_write_asks_nothing():
    with CaptureQueriesContext(connection) as asked:
        insert_at_once([], [])

    assert len(asked) == 0
