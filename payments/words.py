"""Why a payment did not work, in words that help whoever wanted to pay."""

from django.utils.translation import gettext_lazy as _

from payments.enums import RefundReason, RefundStatus

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


# What gateways call the ways of paying; whatever is not here is called as they call it.
METHODS = {
    "card": _("Card"),
    "link": "Link",
    "paypal": "PayPal",
    "klarna": "Klarna",
    "bancontact": "Bancontact",
    "ideal": "iDEAL",
    "eps": "EPS",
    "p24": "Przelewy24",
    "sepa_debit": _("Direct debit"),
    "customer_balance": _("Bank transfer"),
}


def method_in_words(method: str) -> str:
    return str(METHODS.get(method, method.replace("_", " ").capitalize()))


def why(decline: str) -> str:
    return str(DECLINES.get(decline, OTHERWISE))


# To the buyer; the back office has shorter names for them (payments/enums.py).
REASONS = {
    RefundReason.BUYER: _("You gave tickets back."),
    RefundReason.ORGANIZER: _("The organizer gives it back."),
    RefundReason.EVENT_CANCELLED: _("The event does not take place as it was planned."),
    RefundReason.NO_PLACE: _("The places were gone when your payment came."),
    RefundReason.PAID_TWICE: _("The booking had been paid already."),
}


def because(reason: str) -> str:
    return str(REASONS[RefundReason(reason)])


# Where the money is.
WHEREABOUTS = {
    RefundStatus.AWAITING_APPROVAL: _("The organizer looks at it first."),
    RefundStatus.REQUESTED: _("We are about to send it."),
    RefundStatus.UNKNOWN: _("We are about to send it."),
    RefundStatus.SENT: _("It is on its way to your bank."),
    RefundStatus.DONE: _("It was given back. Your bank may take a few days to show it."),
    RefundStatus.FAILED: _("Your bank did not take it. A person looks after it."),
    RefundStatus.REJECTED: _("The organizer does not give it back."),
}
# What was paid to the organizer goes back from hand to hand.
BY_HAND = {
    RefundStatus.REQUESTED: _("The organizer gives it back to you."),
    RefundStatus.UNKNOWN: _("The organizer gives it back to you."),
    RefundStatus.SENT: _("The organizer gives it back to you."),
    RefundStatus.DONE: _("The organizer gave it back to you."),
}
