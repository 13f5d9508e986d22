"""Anything in any order, with crashes between any two statements: after each step everything is
as the model says (tests/bookings/world.py), and the auditor finds nothing."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bookings.domain import files
from bookings.domain.codes import codes_of, signing_key
from bookings.domain.confirming import (
    cancel_booking,
    confirm_free_booking,
    reissue_ticket,
    reseat_booking,
)
from bookings.domain.devices import door_by_id
from bookings.domain.door import check_in
from bookings.domain.door_desk import undo_entry
from bookings.domain.expiring import begin_expiring, expire_hold, release_expired_holds
from bookings.domain.holding import book_places, extend_hold
from bookings.domain.wishes import Buyer, Wanted, WantedLine
from bookings.models import Booking, Ticket
from events.domain.pools import change_capacity
from events.enums import TicketKind
from events.models import Place, Pool
from tests.bookings.conftest import sale_of
from tests.bookings.doors import scan_of, scanner
from tests.bookings.factories import guard_hold
from tests.bookings.world import MOST_PER_PERSON, Refused, World
from tests.events.factories import NOW, PoolFactory, TicketTypeFactory
from tests.kit.soundness import assert_sound
from ticketing.core import briefly
from ticketing.core.errors import DomainError
from ticketing.core.ids import new_id
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
CAPACITY = {"floor": 5, "benches": 4}
PEOPLE = ["ada@example.org", "bela@example.org", "cleo@example.org"]
WHICH = st.integers(0, 11)
COUNT = st.integers(0, 3)


class Crash(BaseException):
    """The process died; nothing of ours catches that."""


@contextmanager
def crash_at(statement: int | None):
    """Die right before so many statements of a use case have run, and lose what was not committed."""
    left = statement

    def count(execute, sql, params, many, context):
        nonlocal left
        if left is not None and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            if left == 0:
                raise Crash
            left -= 1
        return execute(sql, params, many, context)

    begun = transaction.savepoint_create()
    try:
        with connection.execute_wrapper(count):
            yield
            connection.check_constraints()  # what a commit asks
    except Crash:
        transaction.savepoint_rollback(begun)
        raise


class Evening:
    """What stands before anybody books; each run of the machine begins from here."""

    def __init__(self, event, organizer) -> None:
        self.event, self.organizer = event, organizer
        # By key, as a booking takes them: the model goes by their names.
        keys = sorted(new_id() for _ in CAPACITY)
        self.types = {}
        for key, name in zip(keys, sorted(CAPACITY), strict=True):
            pool = PoolFactory(pk=key, event=event, name=name, capacity=CAPACITY[name])
            self.types[name] = TicketTypeFactory(
                event=event, kind=TicketKind.FREE, pool=pool, name=name,
                max_per_person=MOST_PER_PERSON.get(name),
            )  # fmt: skip
        self.gate = scanner(event, now=NOW, by=organizer).device_id
        signing_key(event)


class Bookings(RuleBasedStateMachine):
    evening: Evening

    def __init__(self) -> None:
        super().__init__()
        self.world = World(NOW, dict(CAPACITY))
        self.ids: list[Any] = []
        self.crash: int | None = None
        self.codes: dict[tuple[Any, int], str] = {}

    @initialize(floor=COUNT, benches=COUNT)
    def begin(self, floor, benches) -> None:
        self.begun = transaction.savepoint_create()
        briefly.forget_all()
        self.ask_for(+Counter(floor=1, benches=benches), PEOPLE[0], is_hold_only=True)
        self.ask_for(+Counter(benches=1, floor=floor), PEOPLE[1], is_hold_only=False)

    def teardown(self) -> None:
        if not hasattr(self, "begun"):
            return
        try:
            assert_sound(now=self.world.now)  # and the record's chain
        finally:
            transaction.savepoint_rollback(self.begun)

    def act(self, predicted: Callable[[World], Any], do: Callable[[], Any]) -> Any:
        """Both the model and the product; None where the process died in between."""
        self.world.now += timedelta(seconds=1)  # no two acts are at the same moment
        after = deepcopy(self.world)
        try:
            expected = predicted(after)
        except Refused as refused:
            after, expected = self.world, str(refused)
        crash, self.crash = self.crash, None
        try:
            with crash_at(crash):
                found = outcome_of(do)
        except Crash:
            return None
        self.world = after
        assert found == expected
        return found

    # People.

    @rule(
        floor=COUNT, benches=COUNT, who=st.sampled_from(PEOPLE), is_hold_only=st.booleans(),
        former=st.none() | WHICH,
    )  # fmt: skip
    def book(self, floor, benches, who, is_hold_only, former) -> None:
        number = None if former is None else self.among({"held"}, former)
        wanted = +Counter(benches=benches, floor=floor) or Counter(floor=1)
        self.ask_for(wanted, who, is_hold_only=is_hold_only, former=number)

    def ask_for(self, wanted, who, *, is_hold_only, former=None) -> None:
        lines = [
            WantedLine(ticket_type=self.evening.types[name].pk, quantity=count)
            for name, count in wanted.items()
        ]
        wish = Wanted(lines=lines, buyer=Buyer(email=who), is_hold_only=is_hold_only)
        made: list[Booking] = []

        def do() -> str:
            made.append(
                book_places(
                    sale_of(self.evening.types["floor"]), wish, by=None, now=self.world.now,
                    instead_of=None if former is None else self.booking(former),
                )
            )  # fmt: skip
            return made[0].status

        found = self.act(
            lambda world: world.book(wanted, who, is_hold_only=is_hold_only, former=former), do
        )
        if found in {"held", "confirmed"}:
            self.ids.append(made[0].pk)

    @rule(which=WHICH)
    def confirm(self, which) -> None:
        number, booking = self.one(which, {"held", "expiring"})
        self.act(
            lambda world: world.confirm(number),
            lambda: said(booking, confirm_free_booking(booking, by=None, now=self.world.now)),
        )

    @rule(which=WHICH, chosen=st.none() | st.sets(st.integers(0, 5), min_size=1))
    def cancel(self, which, chosen) -> None:
        number, booking = self.one(which, {"confirmed", "held"})
        rows = list(booking.tickets.order_by("number"))
        if chosen is not None:
            chosen = {at % len(rows) for at in chosen}
        tickets = None if chosen is None else {rows[at].pk for at in chosen}
        self.act(
            lambda world: world.cancel(number, chosen),
            lambda: said(
                booking, cancel_booking(booking, tickets=tickets, by=None, now=self.world.now)
            ),
        )

    @rule(which=WHICH)
    def extend(self, which) -> None:
        number, booking = self.one(which, {"held"})
        self.act(
            lambda world: world.extend(number),
            lambda: said(booking, extend_hold(booking, by=None, now=self.world.now)),
        )

    @rule(which=WHICH, at=WHICH)
    def reissue(self, which, at) -> None:
        number, at, ticket = self.ticket(which, at)

        def do() -> int:
            reissue_ticket(ticket, by=None, now=self.world.now)
            return ticket.generation

        self.act(lambda world: world.reissue(number, at), do)

    # The house.

    @rule(pool=st.sampled_from(sorted(CAPACITY)), capacity=st.integers(0, 7))
    def change_capacity(self, pool, capacity) -> None:
        row = Pool.objects.select_related("event__organizer").get(
            pk=self.evening.types[pool].pool_id
        )

        def do() -> int:
            change_capacity(row, capacity=capacity, by=self.evening.organizer, now=self.world.now)
            return capacity

        self.act(lambda world: world.change_capacity(pool, capacity), do)

    @rule(which=WHICH, minutes=st.sampled_from([5, 20]))
    def begin_to_pay(self, which, minutes) -> None:
        number, booking = self.one(which, {"held"})
        until = self.world.now + timedelta(minutes=minutes, seconds=1)
        self.act(
            lambda world: world.guard(number, until),
            lambda: said(booking, guard_hold(booking, until=until)),
        )

    @rule(which=WHICH)
    def expire(self, which) -> None:
        number, booking = self.one(which, {"held", "expiring"})
        self.act(
            lambda world: world.expire(number), lambda: expire_hold(booking, now=self.world.now)
        )

    @rule(which=WHICH)
    def reseat(self, which) -> None:
        number, booking = self.one(which, {"expired"})
        self.act(
            lambda world: world.reseat(number),
            lambda: said(booking, reseat_booking(booking, now=self.world.now)),
        )

    @rule(minutes=st.sampled_from([1, 9, 16, 26]), is_swept=st.booleans())
    def time_passes(self, minutes, is_swept) -> None:
        self.deliver()
        self.world.now += timedelta(minutes=minutes)
        if is_swept:
            self.act(World.close_guarded, lambda: begin_expiring(now=self.world.now))
            self.act(World.sweep, lambda: release_expired_holds(now=self.world.now))
            if self.world.somebody_waits_for_long():
                self.deliver()

    def deliver(self) -> None:
        """The relay comes by. There is no payment to close, so what was expiring has run out."""
        deliver_all(now=self.world.now)
        self.world.close_expiring()

    # The door.

    @rule(which=WHICH, at=WHICH, is_old=st.booleans())
    def scan(self, which, at, is_old) -> None:
        number, at, ticket = self.ticket(which, at)
        (code,) = codes_of([ticket]).values()
        self.codes[ticket.pk, ticket.generation] = code
        generation = 1 if is_old and (ticket.pk, 1) in self.codes else ticket.generation
        scan = scan_of(code=self.codes[ticket.pk, generation], at=self.world.now)
        self.act(
            lambda world: world.check_in(number, at, generation),
            lambda: str(check_in(self.door(), scan).result),
        )

    @rule(which=WHICH, at=WHICH)
    def undo(self, which, at) -> None:
        number, at, ticket = self.ticket(which, at)
        given = {"check_in_list": None, "nonce": str(new_id()), "pin": "", "now": self.world.now}
        self.act(
            lambda world: world.undo(number, at),
            lambda: str(undo_entry(self.door(), ticket.pk, **given).result),
        )

    # What dies.

    @rule(statement=st.integers(0, 14))
    def die_in_the_next_act(self, statement) -> None:
        self.crash = statement

    # What is looked at after each step.

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        found: dict[Any, Any] = {pk: [] for pk in self.ids}
        statuses = dict(Booking.objects.values_list("pk", "status"))
        for ticket in Ticket.objects.order_by("number").select_related("ticket_type"):
            found[ticket.booking_id].append(
                (ticket.ticket_type.name, ticket.status, ticket.generation)
            )
        free = Counter(Place.objects.filter(holder=None).values_list("pool__name", flat=True))

        world = self.world
        assert statuses == {
            pk: one.status for pk, one in zip(self.ids, world.bookings, strict=True)
        }
        assert found == {
            pk: [(each.pool, each.status, each.generation) for each in one.tickets]
            for pk, one in zip(self.ids, world.bookings, strict=True)
        }
        assert free == +Counter({name: world.free(name) for name in CAPACITY})

    @invariant()
    def the_auditor_finds_nothing(self) -> None:
        assert_sound(now=self.world.now, with_chain=False)

    # Rows as they are now.

    def booking(self, number: int) -> Booking:
        return Booking.objects.select_related("event").get(pk=self.ids[number])

    def among(self, statuses: set[str], which: int) -> int:
        """Mostly one of those with which something can be done, if there are any."""
        numbers = range(len(self.ids))
        fit = [number for number in numbers if self.world.bookings[number].status in statuses]
        chosen = fit if fit and which % 4 else numbers
        return chosen[which % len(chosen)]

    def one(self, which: int, statuses: set[str]) -> tuple[int, Booking]:
        number = self.among(statuses, which)
        return number, self.booking(number)

    def ticket(self, which: int, at: int) -> tuple[int, int, Ticket]:
        number, booking = self.one(which, {"confirmed"})
        rows = list(booking.tickets.select_related("event", "booking").order_by("number"))
        return number, at % len(rows), rows[at % len(rows)]

    def door(self) -> Any:
        return door_by_id(self.evening.gate, now=self.world.now)


def said(booking: Booking, _nothing: None) -> str:
    booking.refresh_from_db()
    return booking.status


def outcome_of(do: Callable[[], Any]) -> Any:
    try:
        return do()
    except DomainError as error:
        number = error.facts.get("available", error.facts.get("taken"))
        is_told = type(error).__name__ in {"SoldOut", "PlacesTaken"}
        return f"{type(error).__name__} {number}" if is_told else type(error).__name__


def run(event, organizer, monkeypatch, **profile) -> None:
    monkeypatch.setattr(
        files, "keep_file", lambda *args, **kwargs: None
    )  # slow, and not asked here
    machine = type("Machine", (Bookings,), {"evening": Evening(event, organizer)})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(deadline=None, suppress_health_check=checks, print_blob=True, **profile),
    )


@pytest.mark.long
def test_any_acts_in_any_order_with_crashes_between_leave_everything_sound(
    event, organizer, monkeypatch
):
    # Shrinking takes longer than a test may: `make soak` finds the few steps that matter.
    run(
        event, organizer, monkeypatch, phases=[Phase.generate],
        derandomize=True, database=None, max_examples=30, stateful_step_count=40,
    )  # fmt: skip


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_f33_very_many_acts_in_any_order_leave_everything_sound(event, organizer, monkeypatch):
    run(
        event, organizer, monkeypatch,
        max_examples=int(os.environ.get("STATES", "400")), stateful_step_count=80,
    )  # fmt: skip
