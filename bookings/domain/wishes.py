"""What somebody wants to book, as it was asked: shapes without rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bookings.enums import Channel


@dataclass(frozen=True, kw_only=True)
class Attendee:
    name: str = ""
    email: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Buyer:
    email: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class WantedLine:
    ticket_type: UUID
    quantity: int
    price: int | None = None
    """Counts where people pay what they want, and nowhere else."""
    attendees: Sequence[Attendee] = ()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    lines: Sequence[WantedLine]
    buyer: Buyer | None = None
    billing: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    discount_code: str = ""
    access_code: str = ""
    is_let_in: bool = False
    """Whether the code of a private event was given before, in this browser."""
    has_accepted_terms: bool = False
    language: str = "en"
    is_hold_only: bool = False
    channel: Channel = Channel.WEB

    @property
    def places(self) -> int:
        return sum(line.quantity for line in self.lines)
