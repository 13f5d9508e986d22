import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Channel
from ticketing.core.errors import InvalidInput

LONGEST_ADDRESS = 254
PHONE = re.compile(r"\+[1-9]\d{6,14}")  # E.164
is_address = EmailValidator()


class InvalidAddress(InvalidInput):
    code = "invalid_address"
    message = _("Nothing can be sent to this address. Is it written completely?")


def mailbox(address: str) -> str:
    """One mailbox, one spelling: as accounts keeps addresses."""
    return address.lower()


def checked_address(address: str, channel: Channel) -> str:
    """The one address it is, as it is kept; several, or one with a line break, are refused."""
    if channel == Channel.SMS:
        if not PHONE.fullmatch(address):
            raise InvalidAddress(
                _("A phone number begins with + and the country's code."), field="address"
            )
        return address
    try:
        is_address(address)
    except ValidationError:
        raise InvalidAddress(field="address") from None
    if len(address) > LONGEST_ADDRESS:
        raise InvalidAddress(field="address")
    return mailbox(address)
