from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from bookings.admin import sales  # noqa: PLC0415 - with models loaded
        from bookings.queries.held import places_on_hold_of_pool  # noqa: PLC0415 - the same
        from events.queries.holds import places_on_hold  # noqa: PLC0415 - the same
        from events.slots import (  # noqa: PLC0415 - the same
            Counter,
            OfficeLink,
            office_links,
            ticket_counters,
        )
        from ticketing.core.dashboard import register_card  # noqa: PLC0415 - the same

        register_card("sales_now", order=5, make=sales.sales_card)
        register_card("funnel", order=35, make=sales.funnel_card)
        office_links.fill(OfficeLink(_("Sales"), "monitoring", sales.sales_address))
        ticket_counters.fill(
            Counter(page="book", row="bookings/row.html", foot="bookings/foot.html")
        )
        places_on_hold.fill(places_on_hold_of_pool)
