from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalKind(TextChoices):
    """What the law asks a site to say; the value is the page's address."""

    IMPRINT = "imprint", _("Imprint")
    TERMS = "terms", _("Terms")
    PRIVACY = "privacy", _("Privacy")
