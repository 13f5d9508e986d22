# They register themselves.
from events.admin import events, rates, staff, venues  # noqa: F401 - for what importing does
