"""What exporting who comes costs, and how much memory, among as many as are made for it.

Usage, with the settings of a database in the environment:
    DJANGO_SETTINGS_MODULE=ticketing.settings python -m tests.load.attendees [--count 100000]
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import django
from django.db import connection
from django.test import Client
from django.utils import timezone

django.setup()

from accounts.enums import Role  # noqa: E402 - models need the settings
from accounts.models import Membership, Organizer, User  # noqa: E402 - models need the settings
from bookings.models import Booking, BookingLine, CheckInList, Device, DoorEntry, Ticket  # noqa: E402 - models need the settings
from bookings.queries.figures import figures_of  # noqa: E402 - models need the settings
from bookings.rules import ALPHABET  # noqa: E402 - models need the settings
from bookings.showing.exporting import as_csv, as_xlsx, export_rows  # noqa: E402 - models need the settings
from events.models import Event, Pool, Question, TicketType  # noqa: E402 - models need the settings
from ticketing.core.ids import new_id  # noqa: E402 - models need the settings

COUNT, AT_ONCE, EACH = 100_000, 2_000, 2


def spelled(number: int) -> str:
    text = ""
    for _ in range(8):
        number, digit = divmod(number, 32)
        text = ALPHABET[digit] + text
    return text


def make(count: int) -> Event:
    """Bookings of two tickets each, every third of which came in; no places are needed."""
    now = timezone.now()
    owner = User.objects.create_user(email=f"bench-{new_id()}@example.org", name="Bench")
    team = Organizer(name="Bench", slug=f"bench-{new_id().hex}", started_by=owner)
    team.save()
    Membership(organizer=team, user=owner, role=Role.OWNER).save()
    event = Event(
        organizer=team, title="Everybody comes", slug=f"everybody-{new_id().hex}", timezone="UTC",
        currency="EUR", online_url="https://live.example.org/",
        starts_at=now + timedelta(days=30), ends_at=now + timedelta(days=31),
    )  # fmt: skip
    event.save()
    pool = Pool(event=event, name="Meadow", capacity=None)
    pool.save()
    kind = TicketType(event=event, pool=pool, name="Come in", price=2000, kind="paid")
    kind.save()
    question = Question(event=event, kind="line", label="What do you eat?")
    question.save()
    door = CheckInList(event=event, name="Entrance")
    door.save()
    scanner = Device(event=event, name="North", token_digest=new_id().hex * 2)
    scanner.save()
    first = int(time.time()) % 1_000_000 * count
    for start in range(0, count // EACH, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count // EACH))
        fill(event, kind, question, door, scanner, first=first, numbers=numbers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bookings_booking, bookings_ticket, bookings_bookingline")
        cursor.execute("ANALYZE bookings_doorentry")
    return event


def fill(
    event: Event, kind: TicketType, question: Question, door: CheckInList, scanner: Device,
    *, first: int, numbers: range,
) -> None:  # fmt: skip
    now, whose = timezone.now(), {"event": event, "organizer_id": event.organizer_id}
    bookings = Booking.objects.bulk_create(
        Booking(
            **whose, reference=spelled(first + number), status="confirmed", channel="api",
            language="en", buyer_email=f"person{number}@example.org", buyer_name=f"Person {number}",
            mailbox=f"person{number}@example.org", currency="EUR", total=2000 * EACH, tax=666,
            confirmed_at=now - timedelta(minutes=number % 4000),
        )
        for number in numbers
    )  # fmt: skip
    lines = BookingLine.objects.bulk_create(
        BookingLine(
            booking=one, ticket_type=kind, position=0, name=kind.name, quantity=EACH,
            unit_price=2000, tax=666, total=2000 * EACH,
        )
        for one in bookings
    )  # fmt: skip
    tickets = Ticket.objects.bulk_create(
        Ticket(
            **whose, booking=one, line=line, ticket_type=kind, number=number, status="valid",
            attendee_name=f"Guest {number} of {one.buyer_name}",
            answers={str(question.pk): "=Soup" if number == 1 else "Bread"},
        )
        for one, line in zip(bookings, lines, strict=True)
        for number in range(1, EACH + 1)
    )  # fmt: skip
    DoorEntry.objects.bulk_create(
        DoorEntry(
            **whose, ticket=one, check_in_list=door, device=scanner, gate="North", kind="in",
            nonce=one.pk.hex, result="admitted", scanned_at=now, occurred_at=now, received_at=now,
        )
        for one in tickets[::3]
    )  # fmt: skip


def measure(name: str, act: Callable[[], object]) -> None:
    before, clock, core = memory(), time.perf_counter(), time.process_time()
    said = act()
    took, worked = time.perf_counter() - clock, time.process_time() - core
    grown = memory() - before
    print(f"{name:34}{took:8.2f} s{worked:8.2f} s of a core{grown:+8.1f} MB at most  {said}")


def memory() -> float:
    """The most this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def csv_of(event: Event) -> str:
    size = sum(len(part) for part in as_csv(export_rows(event, sees_money=True)))
    return f"{size / 1e6:.1f} MB"


def xlsx_of(event: Event) -> str:
    with as_xlsx(export_rows(event, sees_money=True)) as file:
        return f"{file.seek(0, 2) / 1e6:.1f} MB"


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return f"{len(answer.content) / 1e3:.0f} kB"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=COUNT)
    count = options.parse_args().count
    few = make(1_000)
    csv_of(few), xlsx_of(few)  # what is loaded once per process
    event = make(count)
    print(f"{count:,} attendees; memory before: {memory():.0f} MB")
    measure("CSV", lambda: csv_of(event))
    measure("XLSX", lambda: xlsx_of(event))
    measure("report", lambda: figures_of(event, now=timezone.now()).sold)
    client = Client(headers={"host": "localhost"})
    client.force_login(event.organizer.started_by)
    lists = {
        "bookings, first page": "/admin/bookings/booking/",
        "tickets, first page": "/admin/bookings/ticket/",
        "tickets of the event, came in": f"/admin/bookings/ticket/?event={event.pk}&in=yes",
        "tickets, a part of a name": "/admin/bookings/ticket/?q=Person+4999",
        "bookings, an address": "/admin/bookings/booking/?q=person4999@example.org",
        "bookings, nobody's name": "/admin/bookings/booking/?q=nobody+at+all",
    }
    for address in lists.values():
        client.get(address)
    middle = Booking.objects.filter(event=event).order_by("pk")[count // EACH // 2]
    lists["bookings, a page in the middle"] = f"/admin/bookings/booking/?older_than={middle.pk}"
    for name, address in lists.items():
        measure(name, partial(page_of, client, address))


if __name__ == "__main__":
    main()
