from accounts.notifications.models.device import Device
from accounts.notifications.models.message import Message, Report
from accounts.notifications.models.preference import Preference
from accounts.notifications.models.suppression import Suppression
from accounts.notifications.models.template_override import TemplateOverride

__all__ = ["Device", "Message", "Preference", "Report", "Suppression", "TemplateOverride"]
