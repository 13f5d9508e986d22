from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Organizer, User
from bookings.domain.holding import book_places
from bookings.domain.wishes import Buyer, Wanted, WantedLine
from bookings.models import Booking
from bookings.queries.sales import Sale, sale
from events.enums import TicketKind
from events.models import Event, TicketType
from tests.events.factories import NOW, EventFactory, PoolFactory, TicketTypeFactory
from tests.factories import MembershipFactory, OrganizerFactory
from ticketing.core import briefly

ADA = Buyer(email="ada@example.org", name="Ada Attendee")


@pytest.fixture
def choir(organizer: User) -> Organizer:
    choir = OrganizerFactory(name="Village choir", slug="village-choir", started_by=organizer)
    MembershipFactory(organizer=choir, user=organizer, role=Role.OWNER)
    return choir


@pytest.fixture
def event(choir: Organizer) -> Event:
    """Published, and far enough away for any hold."""
    event: Event = EventFactory(
        organizer=choir,
        title="Quiet songs",
        slug="quiet-songs",
        status="published",
        starts_at=NOW + timedelta(days=3650),
    )
    return event


@pytest.fixture
def free(event: Event) -> TicketType:
    ticket_type: TicketType = TicketTypeFactory(
        event=event, kind=TicketKind.FREE, pool=PoolFactory(event=event, capacity=5)
    )
    return ticket_type


@pytest.fixture
def paid(event: Event) -> TicketType:
    ticket_type: TicketType = TicketTypeFactory(
        event=event, price=2000, pool=PoolFactory(event=event, capacity=5)
    )
    return ticket_type


def wanted(ticket_type: TicketType, quantity: int = 1, **facts: Any) -> Wanted:
    line = WantedLine(
        ticket_type=ticket_type.pk,
        quantity=quantity,
        price=facts.pop("price", None),
        attendees=facts.pop("attendees", ()),
    )
    return Wanted(lines=[line], **{"buyer": ADA, **facts})


def sale_of(ticket_type: TicketType) -> Sale:
    briefly.forget_all()  # as a second later
    found = sale(ticket_type.event.slug)
    assert found is not None
    return found


@pytest.fixture
def book() -> Callable[..., Booking]:
    def book(ticket_type: TicketType, quantity: int = 1, **facts: Any) -> Booking:
        now = facts.pop("now", NOW)
        by, instead_of = facts.pop("by", None), facts.pop("instead_of", None)
        return book_places(
            sale_of(ticket_type),
            wanted(ticket_type, quantity, **facts),
            by=by,
            now=now,
            instead_of=instead_of,
        )

    return book
