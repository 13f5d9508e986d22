from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from bookings.admin.deeds import further_deeds  # noqa: PLC0415 - with models loaded
        from bookings.domain.promises import further_promises  # noqa: PLC0415 - the same
        from bookings.slots import (  # noqa: PLC0415 - the same
            Panel,
            Part,
            booking_parts,
            giving_up_parts,
            payment_panels,
        )
        from payments.admin.desk import TAKE  # noqa: PLC0415 - the same
        from payments.domain.promises import PROMISES  # noqa: PLC0415 - the same
        from payments.gateways import configured  # noqa: PLC0415 - the same
        from payments.showing.refunds import money_of, what_comes_back  # noqa: PLC0415 - the same
        from payments.views.paying import begin  # noqa: PLC0415 - the same

        further_deeds.fill(TAKE)
        for promise in PROMISES:
            further_promises.fill(promise)
        if configured():
            payment_panels.fill(Panel(template="payments/panel.html", begin=begin))
        booking_parts.fill(Part(template="payments/money.html", facts=money_of))
        giving_up_parts.fill(Part(template="payments/comes_back.html", facts=what_comes_back))
