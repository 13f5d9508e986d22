"""The many events that benches search."""

from itertools import islice
from random import Random

import pytest
from django.core.management import CommandError, call_command

from events.management.samples import make_event, make_team
from events.models import Event, SearchText, TicketType
from events.search.finding import Wanted, find_events
from tests.events.factories import NOW, CategoryFactory
from tests.factories import UserFactory
from ticketing.core.ids import new_id

pytestmark = pytest.mark.django_db


def made(seed=1, count=8):
    call_command("make_events", count=count, seed=seed, verbosity=0)
    return list(Event.objects.filter(slug__startswith=f"sample-{seed}-").order_by("number"))


def test_they_are_published_with_tickets_and_found(capsys):
    events = made()

    assert capsys.readouterr().out == "8 events\n"
    assert TicketType.objects.count() == SearchText.objects.count() == 8
    word = events[0].title.split()[-1]
    assert events[0] in find_events(Wanted(q=word), now=NOW, language="en")


def test_a_seed_makes_them_what_they_are():
    def words():
        return [(event.title, event.summary, event.description) for event in islice(sampled(), 5)]

    def sampled():
        random, categories = Random(7), [CategoryFactory()]
        team = make_team(random, new_id().hex, owner=UserFactory())
        while True:
            yield make_event(random, team, categories, "x", now=NOW)

    assert words() == words()


def test_the_same_seed_is_not_sown_twice():
    made()

    with pytest.raises(CommandError, match="another --seed"):
        made()


def test_production_wants_to_be_forced(settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="--force"):
        made()
    call_command("make_events", count=1, force=True)
    assert Event.objects.count() == 1
