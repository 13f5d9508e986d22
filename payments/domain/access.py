"""Who may see a payment: whoever may open its booking, and the organizer's finance."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import may, require
from accounts.models import User
from accounts.permissions import Permission
from bookings.domain.access import opens
from payments.models import Payment
from ticketing.core.errors import NotThere


class NoSuchPayment(NotThere):
    code = "not_found"
    message = _("There is no such payment, or it is not yours.")


def payment_for(payment: UUID, *, by: User | None, token: str = "") -> Payment:
    """Raises NoSuchPayment, the same whether it is not there or somebody else's."""
    found = (
        Payment.objects.select_related("booking", "booking__event", "organizer")
        .filter(pk=payment)
        .first()
    )
    if found is None:
        raise NoSuchPayment
    is_theirs = opens(found.booking, by=by, token=token)
    if not is_theirs and (by is None or not may(by, Permission.SEE_MONEY, found.organizer)):
        raise NoSuchPayment
    return found


def payment_to_refund(payment: UUID, *, by: User) -> Payment:
    """For the organizer's finance alone. Raises NoSuchPayment, RoleMayNot."""
    found = payment_for(payment, by=by)
    require(by, Permission.REFUND, found.organizer)
    return found
