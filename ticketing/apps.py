from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin


class BackOfficeConfig(admin.AdminConfig):
    default = False  # of two in this module
    default_site = "ticketing.backoffice.BackOffice"


class RoofConfig(AppConfig):
    default = True
    name = "ticketing"
    label = "ticketing"

    def ready(self) -> None:
        from ticketing import checks  # noqa: F401, PLC0415 - registers itself, with apps loaded

        if settings.TRACES_ENDPOINT:
            from celery.signals import worker_process_init  # noqa: PLC0415 - only when configured

            from ticketing.core.outbox.relay import relay_starting  # noqa: PLC0415 - only when configured
            from ticketing.tracing import start_tracing  # noqa: PLC0415 - only when configured

            worker_process_init.connect(start_tracing, weak=False)
            relay_starting.connect(start_tracing, weak=False)
