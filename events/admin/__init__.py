# They register themselves.
from events.admin import events, logos, staff, venues  # noqa: F401 - for what importing does
