"""What accounts tells the rest of the product."""

from dataclasses import dataclass
from uuid import UUID

from ticketing.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class PersonVerified(Event, name="accounts.person_verified", version=1):
    """A person has shown that an e-mail address is theirs: what was booked with it may be joined."""

    person_id: UUID
    email: str


@dataclass(frozen=True, kw_only=True)
class ResetAsked(Event, name="accounts.reset_asked", version=1):
    """Somebody asked for a new password for an address, which may or may not have an account."""

    ask: UUID
    email: str


@dataclass(frozen=True, kw_only=True)
class OrganizerStarted(Event, name="accounts.organizer_started", version=1):
    """Somebody has started an organizer; with `needs_approval` staff must say yes first."""

    organizer_id: UUID
    needs_approval: bool


@dataclass(frozen=True, kw_only=True)
class OrganizerChanged(Event, name="accounts.organizer_changed", version=1):
    """What is shown of an organizer is different: the name, or whether it is shown at all."""

    organizer_id: UUID
