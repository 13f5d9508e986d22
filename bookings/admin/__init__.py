# They register themselves.
from bookings.admin import bookings, door, tickets  # noqa: F401 - for what importing does
