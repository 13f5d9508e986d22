from accounts.notifications.admin.messages import MessageAdmin
from accounts.notifications.admin.suppressions import SuppressionAdmin
from accounts.notifications.admin.words import TemplateOverrideAdmin

__all__ = ["MessageAdmin", "SuppressionAdmin", "TemplateOverrideAdmin"]
