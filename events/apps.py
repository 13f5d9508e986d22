from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("What is on")

    def ready(self) -> None:
        from events.admin import cards  # noqa: PLC0415 - with models loaded
        from ticketing.core.dashboard import register_card  # noqa: PLC0415 - with models loaded

        register_card("coming_events", order=10, make=cards.coming_events)
        register_card("places_taken", order=20, make=cards.places_taken_card)
        register_card("views", order=30, make=cards.views_card)
        register_card("most_viewed", order=40, make=cards.most_viewed_card)
        register_card("searches", order=80, make=cards.searches_card)
