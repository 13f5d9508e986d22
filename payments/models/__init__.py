from payments.models.approval import ApprovalLimit
from payments.models.case import Case
from payments.models.desk import DeskEntry
from payments.models.invoice import Invoice, Seller
from payments.models.ledger import Account, Entry, Posting
from payments.models.mass_refund import MassRefund
from payments.models.notice import Notice
from payments.models.pay_out import PayOut
from payments.models.payment import Payment
from payments.models.refund import Refund
from payments.models.route import Route

__all__ = [
    "Account",
    "ApprovalLimit",
    "Case",
    "DeskEntry",
    "Entry",
    "Invoice",
    "MassRefund",
    "Notice",
    "PayOut",
    "Payment",
    "Posting",
    "Refund",
    "Route",
    "Seller",
]
