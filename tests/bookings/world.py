"""What ought to be so of places, bookings and tickets: a model without a database that says what
each act comes to. tests/bookings/test_states.py holds the product to it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOLD, EXTENSION = timedelta(minutes=15), timedelta(minutes=10)
GRACE = timedelta(minutes=10)
HOLDING = {"held", "expiring"}
MOST_PER_PERSON = {"benches": 4}


class Refused(Exception):
    """Nothing changed; the argument is the name of the product's error."""


@dataclass
class Ticket:
    pool: str
    status: str
    generation: int = 1
    is_inside: bool = False

    @property
    def takes_a_place(self) -> bool:
        return self.status != "void"


@dataclass
class Booking:
    who: str
    status: str
    expires_at: datetime | None
    tickets: list[Ticket]
    guarded_until: datetime | None = None
    is_extended: bool = False

    def void_all(self) -> None:
        for ticket in self.tickets:
            ticket.status = "void"


@dataclass
class World:
    now: datetime
    capacity: dict[str, int]
    bookings: list[Booking] = field(default_factory=list)

    # What can be counted.

    def tickets(self, pool: str, statuses: set[str]) -> int:
        return sum(
            ticket.pool == pool and ticket.takes_a_place
            for booking in self.bookings
            for ticket in booking.tickets
            if booking.status in statuses
        )

    def taken(self, pool: str) -> int:
        return self.tickets(pool, {*HOLDING, "confirmed"})

    def free(self, pool: str) -> int:
        return self.capacity[pool] - self.taken(pool)

    def has_run_out(self, booking: Booking) -> bool:
        is_over = booking.expires_at is not None and booking.expires_at <= self.now
        return booking.status == "held" and is_over and booking.guarded_until is None

    # What can be done. What is refused leaves everything as it was: the caller keeps the former.

    def book(
        self, wanted: Counter[str], who: str, *, is_hold_only: bool, former: int | None
    ) -> str:
        if former is not None:
            self.give_up(self.bookings[former])
        self.require_within_limits(wanted, who)
        self.claim(wanted)
        status = "held" if is_hold_only else "confirmed"
        expires_at = self.now + HOLD if is_hold_only else None
        kind = "reserved" if is_hold_only else "valid"
        tickets = [Ticket(pool, kind) for pool, count in wanted.items() for _ in range(count)]
        self.bookings.append(Booking(who, status, expires_at, tickets))
        return status

    def require_within_limits(self, wanted: Counter[str], who: str) -> None:
        for pool, most in MOST_PER_PERSON.items():
            has = sum(
                ticket.takes_a_place and ticket.pool == pool
                for booking in self.bookings
                for ticket in booking.tickets
                if booking.who == who
            )
            if wanted[pool] and has + wanted[pool] > most:
                raise Refused("LimitExceeded")

    def claim(self, wanted: Counter[str]) -> None:
        for pool in sorted(wanted):
            if self.free(pool) >= wanted[pool]:
                continue
            for booking in self.bookings:
                if any(one.pool == pool for one in booking.tickets) and self.has_run_out(booking):
                    self.run_out(booking)
            if self.free(pool) < wanted[pool]:
                on_hold = self.tickets(pool, HOLDING)
                may_come = self.free(pool) + on_hold >= wanted[pool]
                raise Refused("AllHeld" if may_come else f"SoldOut {self.free(pool)}")

    def confirm(self, number: int) -> str:
        booking = self.bookings[number]
        if booking.status == "confirmed":
            return "confirmed"
        if booking.status not in HOLDING or self.has_run_out(booking):
            raise Refused("HoldExpired")
        booking.status = "confirmed"
        for ticket in booking.tickets:
            ticket.status = "valid"
        return "confirmed"

    def reseat(self, number: int) -> str:
        booking = self.bookings[number]
        if booking.status != "expired":
            raise Refused("HoldExpired")
        self.claim(Counter(one.pool for one in booking.tickets))
        booking.tickets += [Ticket(one.pool, "valid") for one in booking.tickets]
        booking.status = "confirmed"
        return "confirmed"

    def give_up(self, booking: Booking) -> None:
        if booking.status == "held" and booking.guarded_until is None:
            booking.status = "cancelled"
            booking.void_all()

    def cancel(self, number: int, chosen: set[int] | None) -> str:
        booking = self.bookings[number]
        if booking.status == "held":
            self.give_up(booking)
        elif booking.status in {"expiring", "expired"}:
            raise Refused("NotConfirmed")
        elif booking.status == "confirmed":
            valid = {at for at, one in enumerate(booking.tickets) if one.status == "valid"}
            going = valid if chosen is None else valid & chosen
            for at in going:
                booking.tickets[at].status = "void"
            if going == valid:
                booking.status = "cancelled"
        return booking.status

    def extend(self, number: int) -> str:
        booking = self.bookings[number]
        if booking.status != "held" or self.has_run_out(booking) or booking.is_extended:
            raise Refused("NotToBeExtended")
        assert booking.expires_at
        booking.expires_at += EXTENSION
        booking.is_extended = True
        return "held"

    def guard(self, number: int, until: datetime) -> str:
        booking = self.bookings[number]
        if booking.status == "held":
            booking.guarded_until = max(booking.guarded_until or until, until)
        return booking.status

    def close_guarded(self) -> int:
        over = [
            one
            for one in self.bookings
            if one.status == "held"
            and one.expires_at
            and one.expires_at <= self.now
            and one.guarded_until
            and one.guarded_until <= self.now
        ]
        for booking in over:
            booking.status = "expiring"
        return len(over)

    def somebody_waits_for_long(self) -> bool:
        over = self.now - GRACE
        return any(
            one.status == "expiring" and one.guarded_until and one.guarded_until < over
            for one in self.bookings
        )

    def close_expiring(self) -> None:
        for booking in self.bookings:
            if booking.status == "expiring":
                self.run_out(booking)

    def expire(self, number: int) -> bool:
        booking = self.bookings[number]
        if booking.status not in HOLDING:
            return False
        self.run_out(booking)
        return True

    def run_out(self, booking: Booking) -> None:
        booking.status = "expired"
        booking.void_all()

    def sweep(self) -> int:
        over = [one for one in self.bookings if self.has_run_out(one)]
        for booking in over:
            self.run_out(booking)
        return len(over)

    def reissue(self, number: int, at: int) -> int:
        ticket = self.bookings[number].tickets[at]
        if ticket.status != "valid":
            raise Refused("NoSuchTicket")
        ticket.generation += 1
        return ticket.generation

    def check_in(self, number: int, at: int, generation: int) -> str:
        ticket = self.bookings[number].tickets[at]
        if ticket.generation != generation or ticket.status != "valid":
            raise Refused("Revoked")
        if ticket.is_inside:
            raise Refused("AlreadyUsed")
        ticket.is_inside = True
        return "admitted"

    def undo(self, number: int, at: int) -> str:
        ticket = self.bookings[number].tickets[at]
        if not ticket.is_inside:
            raise Refused("NotInside")
        ticket.is_inside = False
        return "admitted"

    def change_capacity(self, pool: str, capacity: int) -> int:
        if capacity != self.capacity[pool] and capacity < self.taken(pool):
            raise Refused(f"PlacesTaken {self.taken(pool)}")
        self.capacity[pool] = capacity
        return capacity
