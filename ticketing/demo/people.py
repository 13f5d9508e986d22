"""Four people: one of each kind."""

from datetime import datetime
from typing import Any

from accounts.domain.organizers import start_organizer
from accounts.enums import Role
from accounts.models import Membership, User

PASSWORD = "village-choir-40"  # noqa: S105 - printed by `make run`; refused in production
PEOPLE: list[dict[str, Any]] = [
    {"email": "staff@example.org", "name": "Salma Staff", "is_staff": True, "is_superuser": True},
    {"email": "organizer@example.org", "name": "Oumar Organizer"},
    {"email": "steward@example.org", "name": "Stella Steward"},
    {"email": "attendee@example.org", "name": "Ada Attendee", "locale": "fr"},
]


def load_people(*, now: datetime) -> tuple[User, User]:
    """Returns who keeps the site and who puts on events."""
    people = [User.objects.create_user(password=PASSWORD, **person) for person in PEOPLE]
    staff, organizer, steward, _attendee = people
    choir = start_organizer(name="Village Choir", by=organizer, now=now)
    Membership.objects.create(organizer=choir, user=steward, role=Role.DOOR, joined_at=now)
    return staff, organizer
