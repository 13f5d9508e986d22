from payments.models.approval import ApprovalLimit
from payments.models.case import Case
from payments.models.mass_refund import MassRefund
from payments.models.notice import Notice
from payments.models.payment import Payment
from payments.models.refund import Refund
from payments.models.route import Route

__all__ = ["ApprovalLimit", "Case", "MassRefund", "Notice", "Payment", "Refund", "Route"]
