"""Everybody wants the last place at the same moment, round after round: somebody gets it each
time, one alone, and nobody hears "sold out" while it may yet come back."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection, transaction

from bookings.domain.confirming import cancel_booking
from bookings.domain.holding import book_places
from bookings.domain.wishes import Buyer
from bookings.models import Booking, Ticket
from events.domain.places import AllHeld, SoldOut
from events.enums import TicketKind
from events.models import Place
from tests.bookings.conftest import sale_of, wanted
from tests.events.factories import NOW, PoolFactory, TicketTypeFactory
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db(transaction=True)


class ChangedTheirMind(Exception):
    """Takes the place, and lets go of it before it is certain."""


@dataclass
class Stampede:
    """So many clients, each with a connection of its own for all rounds."""

    sale: object
    ticket_type: object
    clients: int
    rounds: int
    undecided: int
    """How many of them ask first, and let go of the place once they have it."""

    def run(self) -> Counter:
        answers = Counter()
        self.start, self.end = Barrier(self.clients), Barrier(self.clients, action=self.clear)
        self.got, self.is_taken = [], Event()
        with ThreadPoolExecutor(self.clients) as threads:
            for each in threads.map(self.client, range(self.clients)):
                answers += each
        return answers

    def client(self, number: int) -> Counter:
        answers = Counter()
        try:
            for attempt in range(self.rounds):
                self.start.wait()
                # Who is undecided is another in each round.
                is_undecided = (number + attempt) % self.clients < self.undecided
                if self.undecided and not is_undecided:
                    self.is_taken.wait(30)
                answers[self.ask(number, is_undecided=is_undecided)] += 1
                self.end.wait()
        except BaseException:
            self.start.abort()
            self.end.abort()
            raise
        finally:
            connection.close()
        return answers

    def ask(self, number: int, *, is_undecided: bool) -> str:
        """As an app does: again, while it is told that the last place may come back."""
        while True:
            try:
                booking = self.book(number, is_undecided=is_undecided)
            except AllHeld:
                continue
            except ChangedTheirMind:
                return "let go"
            except SoldOut:
                # It is true at this moment, and not only at the end.
                assert Place.objects.filter(holder=None).count() == 0
                return "sold out"
            self.got.append(booking)
            return "confirmed"

    def book(self, number: int, *, is_undecided: bool) -> Booking:
        buyer = Buyer(email=f"person{number}@example.org")
        with transaction.atomic():
            booking = book_places(
                self.sale, wanted(self.ticket_type, buyer=buyer), by=None, now=NOW
            )
            if is_undecided:
                self.is_taken.set()
                sleep(0.03)  # meanwhile the others ask
                raise ChangedTheirMind
        return booking

    def clear(self) -> None:
        """The round is over: one has the place, and gives it back for the next."""
        (booking,) = self.got
        self.got.clear()
        self.is_taken.clear()
        assert Place.objects.exclude(holder=None).get().holder == booking.pk
        cancel_booking(booking, by=None, now=NOW)


def stampede(event, *, clients: int, rounds: int, undecided: int) -> None:
    pool = PoolFactory(event=event, capacity=1)
    free = TicketTypeFactory(event=event, kind=TicketKind.FREE, pool=pool)
    sale = sale_of(free)

    answers = Stampede(sale, free, clients, rounds, undecided).run()

    assert answers["confirmed"] == rounds
    assert answers["sold out"] + answers["let go"] == rounds * (clients - 1)
    assert answers["let go"] >= (rounds if undecided else 0)
    # Who lets go has left nothing behind.
    assert Booking.objects.count() == Ticket.objects.count() == rounds
    deliver_all()
    assert_sound()


@pytest.mark.parametrize("undecided", [0, 4])
def test_f3_of_many_who_want_the_last_place_one_gets_it_in_each_round(event, undecided):
    stampede(event, clients=24, rounds=12, undecided=undecided)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("undecided", [0, 20])
def test_f3_of_two_hundred_who_want_the_last_place_one_gets_it_in_each_of_a_hundred_rounds(
    event, undecided
):
    stampede(event, clients=200, rounds=100, undecided=undecided)
