from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.notifications.kinds import discover_kinds


class NotificationsConfig(AppConfig):
    name = "accounts.notifications"
    label = "notifications"
    verbose_name = _("Messages to people")

    def ready(self) -> None:
        discover_kinds()
