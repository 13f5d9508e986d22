"""What bookings tell the catalogue: what is popular, and what is booked by the same people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.domain.companions import tell_companions
from bookings.domain.confirming import cancel_booking
from bookings.domain.wishes import Buyer
from bookings.queries.figures import Funnel, funnel_lately
from events.domain.counts import refresh_popularity, write_counts
from events.enums import TicketKind
from events.models import Companion, EventCount, Listing
from events.queries.related import related_to
from tests.events.admin.conftest import other_team, owner
from tests.events.factories import NOW, EventFactory, PoolFactory, TicketTypeFactory
from ticketing.core.ids import first_id_of, new_id
from ticketing.core.outbox import deliver_all
from ticketing.core.redis import redis_client

__all__ = ["other_team", "owner"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    redis_client().delete("{counts}:open")


@pytest.fixture
def another(choir):
    """Makes an event with a free ticket."""

    def another(title, **facts):
        given = {"status": "published", "starts_at": NOW + timedelta(days=3650), **facts}
        event = EventFactory(title=title, **given)
        return TicketTypeFactory(
            event=event, kind=TicketKind.FREE, pool=PoolFactory(event=event, capacity=99)
        )

    return another


def book_both(book, one, other, people, host="example.org"):
    for number in range(people):
        buyer = Buyer(email=f"p{number}@{host}", name="P")
        book(one, buyer=buyer)
        book(other, buyer=buyer)


def companions():
    return set(Companion.objects.values_list("event__title", "other__title", "people"))


def test_what_is_booked_is_popular(free, book):
    book(free)
    book(free)
    deliver_all(now=NOW)
    write_counts(now=NOW)
    refresh_popularity(now=NOW)

    assert EventCount.objects.get(event=free.event, kind="booked").count == 2
    assert Listing.objects.get(event=free.event).popularity == 50


def test_a_page_cannot_say_that_something_was_booked(client, free):
    answer = client.post(reverse("beacon"), {"kind": "booked", "event": str(free.event_id)})

    assert answer.status_code == 400


def test_three_people_who_booked_both_make_a_pair(another, book):
    one, other, third = another("One"), another("Other"), another("Third")
    book_both(book, one, other, 3)
    book_both(book, one, third, 2, host="else.example")

    tell_companions(now=NOW)

    assert companions() == {("One", "Other", 3), ("Other", "One", 3)}


def test_one_person_under_many_spellings_is_one(another, book):
    one, other = another("One"), another("Other")
    for spelling in ("a.da@gmail.com", "ada@gmail.com", "ADA+x@googlemail.com", "ada+y@gmail.com"):
        for ticket in (one, other):
            book(ticket, buyer=Buyer(email=spelling, name="Ada"))

    assert tell_companions(now=NOW) == 0


def test_what_is_over_secret_or_given_up_is_no_companion(another, book):
    one, given_up = another("One"), another("Given up")
    secret = another("Secret", visibility="unlisted")
    book_both(book, one, secret, 3)
    for number in range(3):
        buyer = Buyer(email=f"p{number}@example.org", name="P")
        cancel_booking(book(given_up, buyer=buyer), by=None, now=NOW)

    tell_companions(now=NOW)
    assert companions() == {("Secret", "One", 3)}

    tell_companions(now=NOW + timedelta(days=4000))
    assert companions() == set()


def test_they_stand_first_among_what_a_reader_may_like(another, book, client, choir):
    one = another("One", organizer=choir, slug="one")
    same = another("By the same", organizer=choir)
    other = another("Other")
    book_both(book, one, other, 3)
    tell_companions(now=NOW)

    found = related_to(one.event, language="en", now=NOW).alike

    assert [like.card.title for like in found] == ["Other", "By the same"]
    assert [like.is_booked_together for like in found] == [True, False]
    assert same.event.pk == found[1].card.event.pk
    assert "Booked by people who come here too" in client.get("/events/one/").text


def test_ids_made_since_a_moment_are_not_below_it():
    before = first_id_of(NOW)

    assert before < new_id()
    assert first_id_of(NOW + timedelta(days=36500)) > new_id()


def test_the_funnel_counts_ones_own_events_of_the_last_days(free, paid, book, another, choir):
    book(free)
    book(paid)
    book(another("Of others"))
    now = timezone.now()  # ids are of this very day

    assert funnel_lately({choir.pk}, now=now).begun == 2
    assert funnel_lately({choir.pk}, now=now).confirmed == 1
    assert funnel_lately(None, now=now).begun == 3
    assert funnel_lately(set(), now=now) == Funnel(0, 0, 0, 0)


def test_the_dashboard_shows_the_funnel_to_who_sees_bookings(owner, free, book):
    book(free)

    text = owner.get("/admin/").text

    assert "From looking to coming, in the last 30 days" in text
    assert "held places" in text
