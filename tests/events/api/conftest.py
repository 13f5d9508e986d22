from datetime import UTC, datetime

import pytest

from accounts.enums import Role
from accounts.models import Organizer, User
from events.models import Event
from tests.events.factories import EventFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from tests.kit.api import APIClient


@pytest.fixture
def api(choir: Organizer, organizer: User) -> APIClient:
    """Oumar, who owns the choir."""
    return APIClient(organizer)


@pytest.fixture
def viewer(choir: Organizer) -> User:
    user: User = MembershipFactory(organizer=choir, role=Role.VIEWER).user
    return user


@pytest.fixture
def event(choir: Organizer) -> Event:
    """A draft that can be published, whatever the clock says."""
    event: Event = EventFactory(
        organizer=choir,
        title="Quiet songs",
        slug="quiet-songs",
        starts_at=datetime(2127, 2, 5, 19, tzinfo=UTC),
    )
    TicketTypeFactory(event=event, name="General", pool__name="Hall", pool__capacity=10)
    return event
