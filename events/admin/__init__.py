# They register themselves.
from events.admin import events, staff, venues  # noqa: F401 - for what importing does
