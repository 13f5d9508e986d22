"""`/events` and `/events/{slug}`: one address for the public that reads and the team that writes."""

from events.api.organizing.events import ChangeEvent, NewEvent
from events.api.public import ReadEvent, ReadEvents


class Events(ReadEvents, NewEvent):
    """GET for everybody, POST for the team."""


class OneEvent(ReadEvent, ChangeEvent):
    """GET for everybody, PATCH and DELETE for the team."""
