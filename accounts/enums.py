from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LegalKind(TextChoices):
    """What the law asks a site to say; the value is the page's address."""

    IMPRINT = "imprint", _("Imprint")
    TERMS = "terms", _("Terms")
    PRIVACY = "privacy", _("Privacy")


class EndReason(TextChoices):
    """Why a device is not signed in any more."""

    LOGGED_OUT = "logged_out", _("signed out")
    REVOKED = "revoked", _("ended from another device")
    REUSED = "reused", _("an old token was used again")
    SECURITY = "security", _("password, address or second factor changed")


class Role(TextChoices):
    """What somebody is in an organizer's team; what each may do is in permissions.py."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    FINANCE = "finance", _("Finance")
    DOOR = "door", _("Door")
    VIEWER = "viewer", _("Viewer")


class OrganizerStatus(TextChoices):
    PENDING = "pending", _("waiting for approval")
    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")


class SocialProvider(TextChoices):
    """Who else may say who somebody is; which of them are offered is a setting."""

    GOOGLE = "google", "Google"
    APPLE = "apple", "Apple"
    MICROSOFT = "microsoft", "Microsoft"
    FACEBOOK = "facebook", "Facebook"
    GITHUB = "github", "GitHub"
