from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from bookings.domain.promises import further_promises  # noqa: PLC0415 - with models loaded
        from bookings.slots import Panel, payment_panels  # noqa: PLC0415 - the same
        from payments.domain.promises import PROMISES  # noqa: PLC0415 - the same
        from payments.gateways import configured  # noqa: PLC0415 - the same
        from payments.views.paying import begin  # noqa: PLC0415 - the same

        for promise in PROMISES:
            further_promises.fill(promise)
        if configured():
            payment_panels.fill(Panel(template="payments/panel.html", begin=begin))
