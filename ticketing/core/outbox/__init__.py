"""Domain events: announced in the transaction that made them true, delivered until it is done.

    @dataclass(frozen=True, kw_only=True)
    class DoorOpened(Event, name="venue.door_opened", version=1):
        '''The door is open.'''
        door: UUID

    announce(DoorOpened(door=door.id), about=door)      # in <app>/domain

    @subscribe(DoorOpened, queue="mail")                # in <app>/subscribers.py
    def greet_who_waits(event: DoorOpened, *, now: datetime) -> None: ...

docs/adr/0009 says what is promised: at least once, in no particular order.
"""

from ticketing.core.outbox.announcing import announce
from ticketing.core.outbox.delivering import deliver_all
from ticketing.core.outbox.events import Event
from ticketing.core.outbox.figures import is_behind
from ticketing.core.outbox.subscribers import Retry, subscribe

__all__ = ["Event", "Retry", "announce", "deliver_all", "is_behind", "subscribe"]
