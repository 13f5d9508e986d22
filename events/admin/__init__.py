# They register themselves.
from events.admin import events, logos, rates, staff, venues  # noqa: F401 - for what importing does
