import pytest

from accounts.enums import Role
from accounts.models import Organizer, User
from events.models import Event
from tests.events.factories import EventFactory, TicketTypeFactory
from tests.factories import MembershipFactory, OrganizerFactory


@pytest.fixture
def choir(organizer: User) -> Organizer:
    """Oumar's choir."""
    choir = OrganizerFactory(name="Village choir", slug="village-choir", started_by=organizer)
    MembershipFactory(organizer=choir, user=organizer, role=Role.OWNER)
    return choir


@pytest.fixture
def event(choir: Organizer) -> Event:
    """A draft that can be published."""
    event: Event = EventFactory(organizer=choir, title="Quiet songs", slug="quiet-songs")
    TicketTypeFactory(event=event, pool__capacity=10)
    return event
