from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "ticketing.core"
    label = "core"
    verbose_name = _("Machinery")

    def ready(self) -> None:
        # Who announces must know who listens: one delivery is written for each.
        autodiscover_modules("announcements")
        autodiscover_modules("subscribers")
        autodiscover_modules("rounds")
