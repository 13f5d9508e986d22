from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PaymentStatus(TextChoices):
    """Where one attempt to pay is. Late and disputed are facts beside it."""

    CREATED = "created", pgettext_lazy("payment", "Begun")
    REQUIRES_ACTION = "requires_action", pgettext_lazy("payment", "Waits for the buyer")
    PROCESSING = "processing", pgettext_lazy("payment", "On its way")
    AUTHORIZED = "authorized", pgettext_lazy("payment", "Reserved")
    CAPTURED = "captured", pgettext_lazy("payment", "Paid")
    PARTIALLY_REFUNDED = "partially_refunded", pgettext_lazy("payment", "Given back in part")
    REFUNDED = "refunded", pgettext_lazy("payment", "Given back")
    FAILED = "failed", pgettext_lazy("payment", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("payment", "Given up")
    UNKNOWN = "unknown", pgettext_lazy("payment", "Not known")


# Not over yet: the gateway may still say something else, and is asked until it does not.
OPEN = {
    PaymentStatus.CREATED,
    PaymentStatus.REQUIRES_ACTION,
    PaymentStatus.PROCESSING,
    PaymentStatus.AUTHORIZED,
    PaymentStatus.UNKNOWN,
}
# Money was taken, whatever became of it.
TAKEN = {PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED}

# The database refuses every other move (a migration); a test holds both against each other.
# What was given up or failed can turn out to be paid: money is written down whatever we believed.
PAYMENT_MOVES = {
    PaymentStatus.CREATED: {
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.PROCESSING,
        PaymentStatus.AUTHORIZED,
        PaymentStatus.CAPTURED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELLED,
        PaymentStatus.UNKNOWN,
    },
    PaymentStatus.UNKNOWN: {
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.PROCESSING,
        PaymentStatus.AUTHORIZED,
        PaymentStatus.CAPTURED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELLED,
    },
    PaymentStatus.REQUIRES_ACTION: {
        PaymentStatus.PROCESSING,
        PaymentStatus.AUTHORIZED,
        PaymentStatus.CAPTURED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELLED,
    },
    PaymentStatus.PROCESSING: {
        PaymentStatus.AUTHORIZED,
        PaymentStatus.CAPTURED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELLED,
    },
    PaymentStatus.AUTHORIZED: {
        PaymentStatus.CAPTURED,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELLED,
    },
    PaymentStatus.FAILED: {PaymentStatus.CAPTURED},
    PaymentStatus.CANCELLED: {PaymentStatus.CAPTURED},
    PaymentStatus.CAPTURED: {PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED},
    PaymentStatus.PARTIALLY_REFUNDED: {PaymentStatus.REFUNDED},
    PaymentStatus.REFUNDED: set(),
}


class Channel(TextChoices):
    """How the buyer completes it."""

    WEB = "web", pgettext_lazy("payment", "On the gateway's page")
    MOBILE = "mobile", pgettext_lazy("payment", "In an app")


class DeskWay(TextChoices):
    """How the organizer's team took money itself, or gave it back."""

    CASH = "cash", pgettext_lazy("at the desk", "Cash")
    CARD = "card_terminal", pgettext_lazy("at the desk", "Card terminal")
    TRANSFER = "bank_transfer", pgettext_lazy("at the desk", "Bank transfer")


class DeskKind(TextChoices):
    TAKEN = "taken", pgettext_lazy("at the desk", "Taken")
    GIVEN_BACK = "given_back", pgettext_lazy("at the desk", "Given back")


class RefundStatus(TextChoices):
    REQUESTED = "requested", pgettext_lazy("refund", "Asked for")
    AWAITING_APPROVAL = "awaiting_approval", pgettext_lazy("refund", "Waits for approval")
    SENT = "sent", pgettext_lazy("refund", "On its way")
    DONE = "done", pgettext_lazy("refund", "Given back")
    FAILED = "failed", pgettext_lazy("refund", "Failed")
    REJECTED = "rejected", pgettext_lazy("refund", "Refused")
    UNKNOWN = "unknown", pgettext_lazy("refund", "Not known")


REFUND_MOVES = {
    RefundStatus.AWAITING_APPROVAL: {RefundStatus.REQUESTED, RefundStatus.REJECTED},
    RefundStatus.REQUESTED: {
        RefundStatus.SENT,
        RefundStatus.DONE,
        RefundStatus.FAILED,
        RefundStatus.UNKNOWN,
    },
    RefundStatus.UNKNOWN: {RefundStatus.SENT, RefundStatus.DONE, RefundStatus.FAILED},
    RefundStatus.SENT: {RefundStatus.DONE, RefundStatus.FAILED},
    # A bank may send it back days later.
    RefundStatus.DONE: {RefundStatus.FAILED},
    RefundStatus.FAILED: set(),
    RefundStatus.REJECTED: set(),
}
# What counts against what was captured.
GIVEN_BACK = {
    RefundStatus.REQUESTED,
    RefundStatus.AWAITING_APPROVAL,
    RefundStatus.SENT,
    RefundStatus.DONE,
    RefundStatus.UNKNOWN,
}


class RefundReason(TextChoices):
    BUYER = "buyer", pgettext_lazy("refund", "The buyer gave tickets back")
    ORGANIZER = "organizer", pgettext_lazy("refund", "The organizer gives it back")
    EVENT_CANCELLED = "event_cancelled", pgettext_lazy("refund", "The event does not take place")
    NO_PLACE = "no_place", pgettext_lazy("refund", "Paid when the places were gone")
    PAID_TWICE = "paid_twice", pgettext_lazy("refund", "Paid twice")


class CaseKind(TextChoices):
    """Money without a ticket, a ticket without money, or what nobody can say yet: for a person."""

    LATE = "late", pgettext_lazy("case", "Paid when the places were gone")
    LATE_RISK = "late_risk", pgettext_lazy("case", "Places released, the gateway did not answer")
    AMOUNT_MISMATCH = "amount_mismatch", pgettext_lazy("case", "Another amount than was asked for")
    DISPUTED = "disputed", pgettext_lazy("case", "Disputed")
    REFUND_FAILED = "refund_failed", pgettext_lazy("case", "A refund failed")
    MISSING_HERE = "missing_here", pgettext_lazy("case", "At the gateway, not here")
    MISSING_THERE = "missing_there", pgettext_lazy("case", "Here, not at the gateway")
    AMOUNT_DIFFERS = "amount_differs", pgettext_lazy("case", "The gateway says another amount")
    STATE_BEHIND = "state_behind", pgettext_lazy("case", "The gateway is further than we are")


class AccountKind(TextChoices):
    """What a sum in the ledger is to somebody. Debits are positive, credits negative."""

    CLEARING = "clearing", pgettext_lazy("account", "At the gateway")
    BANK = "bank", pgettext_lazy("account", "In the bank")
    GATEWAY_FEES = "gateway_fees", pgettext_lazy("account", "Fees of gateways")
    PAYABLE = "payable", pgettext_lazy("account", "Owed to the organizer")
    PLATFORM_FEES = "platform_fees", pgettext_lazy("account", "Fees of the platform")
    TAX = "tax", pgettext_lazy("account", "Tax")
    IN_TRANSIT = "in_transit", pgettext_lazy("account", "Refunds on their way")
    CHARGEBACKS = "chargebacks", pgettext_lazy("account", "Disputed")
    LATE_MONEY = "late_money", pgettext_lazy("account", "Money without a ticket")
    AT_DESK = "at_desk", pgettext_lazy("account", "Taken by the organizer")


# What a sale is made of; the sum of its parts is what was paid.
PARTS = (AccountKind.PAYABLE, AccountKind.PLATFORM_FEES, AccountKind.TAX)


class PostingKind(TextChoices):
    CAPTURED = "captured", pgettext_lazy("posting", "Paid")
    SOLD = "sold", pgettext_lazy("posting", "Sale")
    FEE = "fee", pgettext_lazy("posting", "Fee of the gateway")
    REFUND_ASKED = "refund_asked", pgettext_lazy("posting", "Refund")
    REFUND_DONE = "refund_done", pgettext_lazy("posting", "Refund arrived")
    REFUND_FAILED = "refund_failed", pgettext_lazy("posting", "Refund came back")
    DISPUTE_OPENED = "dispute_opened", pgettext_lazy("posting", "Dispute opened")
    DISPUTE_WON = "dispute_won", pgettext_lazy("posting", "Dispute won")
    DISPUTE_LOST = "dispute_lost", pgettext_lazy("posting", "Dispute lost")
    PAY_OUT = "pay_out", pgettext_lazy("posting", "Paid out")
    GATEWAY_PAY_OUT = "gateway_pay_out", pgettext_lazy("posting", "Gateway paid out")
    KEPT = "kept", pgettext_lazy("posting", "You took it yourself")
    HANDED_BACK = "handed_back", pgettext_lazy("posting", "You gave it back yourself")


class DocumentKind(TextChoices):
    """What is written once and never changed; what was wrong is followed by another."""

    INVOICE = "invoice", pgettext_lazy("document", "Invoice")
    CREDIT_NOTE = "credit_note", pgettext_lazy("document", "Credit note")
    # Of a credit note whose money came back: the invoice stands again.
    REVERSAL = "reversal", pgettext_lazy("document", "Reversal of a credit note")
