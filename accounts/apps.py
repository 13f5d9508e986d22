from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401, PLC0415 - connects itself, with models loaded
        from accounts.adapters import TOTP_PURPOSE  # noqa: PLC0415 - with models loaded
        from accounts.admin.cards import people_card  # noqa: PLC0415 - with models loaded
        from ticketing.core.dashboard import register_card  # noqa: PLC0415 - with models loaded
        from ticketing.core.rotation import encrypted_elsewhere  # noqa: PLC0415 - with models loaded

        encrypted_elsewhere("mfa.Authenticator", "data", purpose=TOTP_PURPOSE)
        register_card("people", order=90, make=people_card)
