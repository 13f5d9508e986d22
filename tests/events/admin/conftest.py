import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organizer, User
from events.models import Event, Venue
from tests.events.factories import VenueFactory
from tests.factories import MembershipFactory


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner(choir: Organizer, organizer: User) -> Client:
    """Oumar, whose choir it is, in the back office."""
    return signed_in(organizer)


@pytest.fixture
def viewer(choir: Organizer, attendee: User) -> Client:
    """Ada, who may look."""
    MembershipFactory(organizer=choir, user=attendee, role=Role.VIEWER)
    return signed_in(attendee)


@pytest.fixture
def door(choir: Organizer, steward: User) -> Client:
    """Stella, who works at the door."""
    MembershipFactory(organizer=choir, user=steward, role=Role.DOOR)
    return signed_in(steward)


@pytest.fixture
def other_team(stranger: User) -> Client:
    """Sam, who owns another organizer."""
    MembershipFactory(user=stranger, role=Role.OWNER)
    return signed_in(stranger)


@pytest.fixture
def hall(choir: Organizer) -> Venue:
    venue: Venue = VenueFactory(organizer=choir, name="Village hall", timezone="Europe/Paris")
    return venue


@pytest.fixture
def its_page(event: Event) -> str:
    return reverse("admin:events_event_change", args=[event.pk])


LIST = "/admin/events/event/"
ADD = "/admin/events/event/add/"
