"""What several change at the same moment is found as all of them left it."""

import time
from threading import Thread

import pytest
from django.db import connection, transaction

from events.domain.lifecycle import publish_event
from events.domain.venues import change_venue
from events.models import SearchText
from events.search.finding import Wanted, find_events
from tests.events.factories import NOW
from tests.kit.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def is_found(q):
    return find_events(Wanted(q=q), now=NOW, language="en").exists()


def in_a_thread(act):
    def run():
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def test_a_venue_renamed_while_its_event_is_published_is_found_by_its_new_name(event, organizer):
    def rename():
        change_venue(event.venue, {"name": "Lighthouse"}, by=organizer, now=NOW)

    with transaction.atomic():
        publish_event(event, by=organizer, now=NOW)
        renaming = in_a_thread(rename)
        time.sleep(0.3)
    renaming.join()

    assert is_found("lighthouse songs")


def test_an_event_published_while_its_venue_is_renamed_is_found_by_its_new_name(event, organizer):
    with transaction.atomic():
        change_venue(event.venue, {"name": "Lighthouse"}, by=organizer, now=NOW)
        publishing = in_a_thread(lambda: publish_event(event, by=organizer, now=NOW))
        time.sleep(0.3)
    publishing.join()

    assert is_found("lighthouse songs")


def test_many_that_bring_the_same_new_word_do_not_wait_for_each_other(event, organizer):
    publish_event(event, by=organizer, now=NOW)

    def write(number):
        with connection.cursor() as cursor:
            cursor.execute("SELECT events_search_refresh(%s)", [event.pk])

    assert race(4, write) == [None] * 4
    assert SearchText.objects.count() == 1
