# They register themselves.
from bookings.admin import bookings, door, fulfillment, tickets  # noqa: F401 - for what importing does
