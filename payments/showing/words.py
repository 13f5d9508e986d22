"""Why a payment did not work, in words that help whoever wanted to pay."""

from django.utils.translation import gettext_lazy as _

DECLINES = {
    "declined": _("Your bank refused the card. It does not tell us why."),
    "insufficient_funds": _("There is not enough money on the card."),
    "expired_card": _("The card has expired."),
    "wrong_number": _("The number of the card is not right."),
    "wrong_code": _("The security code of the card is not right."),
    "authentication_failed": _("Your bank could not make sure that it was you."),
    "lost_card": _("Your bank refused the card. Please call your bank."),
    "limit_reached": _("The card has reached its limit."),
    "not_supported": _("The card cannot be used for this kind of payment."),
    "too_small": _("The amount is too small for this way of paying."),
    "try_again": _("Your bank could not be reached."),
    "gateway_away": _("We could not reach who takes the payment."),
}
OTHERWISE = _("The payment did not work.")


def why(decline: str) -> str:
    return str(DECLINES.get(decline, OTHERWISE))
