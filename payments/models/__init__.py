from payments.models.case import Case
from payments.models.notice import Notice
from payments.models.payment import Payment
from payments.models.refund import Refund
from payments.models.route import Route

__all__ = ["Case", "Notice", "Payment", "Refund", "Route"]
