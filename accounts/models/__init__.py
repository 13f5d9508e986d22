from accounts.models.legal_text import LegalText
from accounts.models.user import User

__all__ = ["LegalText", "User"]
