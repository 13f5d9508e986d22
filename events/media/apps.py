from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """Without models of its own: a file is part of an event (events/models/media_file.py)."""

    name = "events.media"
    label = "media"
    verbose_name = _("Files")

    def ready(self) -> None:
        from events.media import receivers  # noqa: F401, PLC0415 - connects itself, with models loaded
