"""What a ticket's QR code says: signed, so that a scanner without a network can believe it.

Version 1, 97 bytes in base 45: version 1, key 1, event number 4, ticket 16, generation 2, not before
4, not after 4, flags 1, all big-endian, then Ed25519 over those 33. Times are seconds since 2024
began. Printed tickets outlive a change of date, so no window is set unless a ticket type has one:
0 and the highest number mean "whenever" (docs/adr/0018-holding-places.md).
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import IntegrityError, transaction

from bookings.models import Ticket, TicketKey
from events.models import Event
from ticketing.core.briefly import kept_briefly

VERSION = 1
LAYOUT = struct.Struct(">BBI16sHIIB")
SIGNATURE = 64
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
WHENEVER = (0, 2**32 - 1)
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUE_OF = {character: value for value, character in enumerate(BASE45)}
LONGEST_CODE = 300


class CodeUnreadable(ValueError):
    """It is none of ours, or was not signed with a key that counts."""


@dataclass(frozen=True)
class ReadCode:
    key: int
    event_number: int
    ticket: UUID
    generation: int
    not_before: int
    not_after: int
    flags: int

    def is_in_its_time(self, moment: datetime) -> bool:
        return self.not_before <= seconds(moment) <= self.not_after


def seconds(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds())


def codes_of(tickets: Iterable[Ticket]) -> dict[UUID, str]:
    """Of tickets of one event. The key is made with the first of them."""
    rows = list(tickets)
    if not rows:
        return {}
    key = recent_key(rows[0].event)
    return {one.pk: code_of(one, key) for one in rows}


def code_of(ticket: Ticket, key: TicketKey) -> str:
    read = ReadCode(
        key.number, ticket.event.number, ticket.pk, ticket.generation, *WHENEVER, flags=0
    )
    return signed(read, key.signer)


def signed(read: ReadCode, private: Ed25519PrivateKey) -> str:
    payload = LAYOUT.pack(
        VERSION,
        read.key,
        read.event_number,
        read.ticket.bytes,
        read.generation,
        read.not_before,
        read.not_after,
        read.flags,
    )
    return base45(payload + private.sign(payload))


def read_code(text: str, keys: Mapping[int, Ed25519PublicKey]) -> ReadCode:
    """What it says, if one of the keys signed it. Whatever is not exactly one of our codes raises
    CodeUnreadable and nothing else."""
    return believed(opened(text), keys)


def opened(text: str) -> bytes:
    """The bytes of a code of ours, as far as length and version tell. Raises CodeUnreadable."""
    if len(text) > LONGEST_CODE:
        raise CodeUnreadable
    data = from_base45(text)
    if len(data) != LAYOUT.size + SIGNATURE or data[0] != VERSION:
        raise CodeUnreadable
    return data


def claimed_event(data: bytes) -> int:
    """The number of the event it says it is for, believed or not."""
    number: int = LAYOUT.unpack_from(data)[2]
    return number


def claimed_ticket(text: str) -> UUID | None:
    """The ticket that a code names, believed or not; None for what is no code of ours."""
    try:
        ticket: bytes = LAYOUT.unpack_from(opened(text))[3]
    except CodeUnreadable:
        return None
    return UUID(bytes=ticket)


def believed(data: bytes, keys: Mapping[int, Ed25519PublicKey]) -> ReadCode:
    """What it says, if one of the keys signed it. Raises CodeUnreadable."""
    payload, signature = data[: LAYOUT.size], data[LAYOUT.size :]
    _version, number, event, ticket, *rest = LAYOUT.unpack(payload)
    public = keys.get(number)
    if public is None:
        raise CodeUnreadable
    try:
        public.verify(signature, payload)
    except InvalidSignature:
        raise CodeUnreadable from None
    return ReadCode(number, event, UUID(bytes=ticket), *rest)


# So long, or twice that while it is read anew, may a key still sign that was revoked this moment.
@kept_briefly(seconds=1.0)
def recent_key(event: Event) -> TicketKey:
    return signing_key(event)


def signing_key(event: Event) -> TicketKey:
    """The newest that is not revoked; the first is made when it is needed."""
    newest = newest_key(event)
    if newest is not None and newest.revoked_at is None:
        return newest
    number = newest.number + 1 if newest else 1
    private = Ed25519PrivateKey.generate()
    key = TicketKey(
        event=event,
        number=number,
        private_key=b64encode(private.private_bytes_raw()).decode(),
        public_key=b64encode(private.public_key().public_bytes_raw()).decode(),
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError:
        return TicketKey.objects.get(event=event, number=number)
    return key


def newest_key(event: Event) -> TicketKey | None:
    """Of a list of bookings the keys come along with the events."""
    if "ticket_keys" in getattr(event, "_prefetched_objects_cache", {}):
        return max(event.ticket_keys.all(), key=lambda key: key.number, default=None)
    return TicketKey.objects.filter(event=event).order_by("-number").first()


def public_keys(event: Event) -> dict[int, Ed25519PublicKey]:
    """By number, those whose codes are believed."""
    keys = TicketKey.objects.filter(event=event, revoked_at=None)
    return {
        key.number: Ed25519PublicKey.from_public_bytes(b64decode(key.public_key)) for key in keys
    }


def base45(data: bytes) -> str:
    """RFC 9285: two bytes as three characters that QR codes keep in eleven bits each pair."""
    text = ""
    for index in range(0, len(data), 2):
        pair = data[index : index + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            text += BASE45[digit]
    return text


def from_base45(text: str) -> bytes:
    """Raises CodeUnreadable."""
    try:
        digits = [VALUE_OF[character] for character in text]
    except KeyError:
        raise CodeUnreadable from None
    data = bytearray()
    for low, middle, high in zip(digits[::3], digits[1::3], digits[2::3], strict=False):
        number = low + 45 * middle + 2025 * high
        if number > 0xFFFF:
            raise CodeUnreadable
        data += number.to_bytes(2)
    left = digits[len(digits) // 3 * 3 :]
    if left:
        number = left[0] + 45 * left[-1]
        if len(left) == 1 or number > 0xFF:
            raise CodeUnreadable
        data.append(number)
    return bytes(data)
