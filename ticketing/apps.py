from django.apps import AppConfig


class RoofConfig(AppConfig):
    name = "ticketing"
    label = "ticketing"

    def ready(self) -> None:
        from ticketing import checks  # noqa: F401, PLC0415 - registers itself
