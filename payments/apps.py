from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from bookings.admin.deeds import further_deeds  # noqa: PLC0415 - with models loaded
        from bookings.domain.promises import further_promises  # noqa: PLC0415 - the same
        from bookings.slots import (  # noqa: PLC0415 - the same
            Extra,
            Panel,
            Part,
            booking_extras,
            booking_parts,
            giving_up_parts,
            office_parts,
            payment_panels,
        )
        from events.slots import OfficeLink, office_links  # noqa: PLC0415 - the same
        from payments.admin.desk import TAKE  # noqa: PLC0415 - the same
        from payments.admin.payments import payments_address  # noqa: PLC0415 - the same
        from payments.admin.report import report_address, report_card  # noqa: PLC0415 - the same
        from payments.domain.promises import PROMISES  # noqa: PLC0415 - the same
        from payments.forms import BillingForm  # noqa: PLC0415 - the same
        from payments.gateways import configured  # noqa: PLC0415 - the same
        from payments.showing.billing import (  # noqa: PLC0415 - the same
            keep_billing,
            known_billing,
        )
        from payments.showing.history import money_of  # noqa: PLC0415 - the same
        from payments.showing.refunds import what_comes_back  # noqa: PLC0415 - the same
        from payments.views.paying import begin  # noqa: PLC0415 - the same
        from ticketing.core.dashboard import register_card  # noqa: PLC0415 - the same

        further_deeds.fill(TAKE)
        for promise in PROMISES:
            further_promises.fill(promise)
        if configured():
            payment_panels.fill(Panel(template="payments/panel.html", begin=begin))
        booking_extras.fill(
            Extra(
                template="payments/billing_fields.html",
                form=BillingForm,
                known=known_billing,
                keep=keep_billing,
            )
        )
        booking_parts.fill(Part(template="payments/money.html", facts=money_of))
        office_parts.fill(Part(template="payments/office.html", facts=money_of))
        office_links.fill(OfficeLink(_("Payments"), "payments", payments_address))
        office_links.fill(OfficeLink(_("Report"), "bar_chart", report_address))
        register_card("report", order=7, make=report_card)
        giving_up_parts.fill(Part(template="payments/comes_back.html", facts=what_comes_back))
