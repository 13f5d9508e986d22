"""`/events` and `/events/{slug}`: one address for the public that reads and the team that writes."""

from events.api.organizing.events import ChangeEvent, NewEvent


class Events(NewEvent):
    """POST for the team."""


class OneEvent(ChangeEvent):
    """PATCH and DELETE for the team."""
