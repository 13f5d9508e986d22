from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from bookings.queries.held import places_on_hold_of_pool  # noqa: PLC0415 - with models loaded
        from events.queries.holds import places_on_hold  # noqa: PLC0415 - with models loaded
        from events.slots import Counter, ticket_counters  # noqa: PLC0415 - with models loaded

        ticket_counters.fill(
            Counter(page="book", row="bookings/row.html", foot="bookings/foot.html")
        )
        places_on_hold.fill(places_on_hold_of_pool)
