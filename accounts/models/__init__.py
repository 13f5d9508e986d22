from accounts.models.legal_text import LegalText
from accounts.models.organizer import Invitation, Membership, Organizer
from accounts.models.refresh_family import RefreshFamily
from accounts.models.social_account import SocialAccount
from accounts.models.spent_token import SpentToken
from accounts.models.user import User

__all__ = [
    "Invitation",
    "LegalText",
    "Membership",
    "Organizer",
    "RefreshFamily",
    "SocialAccount",
    "SpentToken",
    "User",
]
