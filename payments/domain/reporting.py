"""What gateways tell us by themselves: kept, answered at once, and then looked into."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from payments.announcements import PaymentReported
from payments.domain.cases import open_missing_here
from payments.domain.settling import settle
from payments.gateways import NoSuchGateway, gateway_named
from payments.gateways.base import Forged, Missing, Report, Snapshot, Unknown
from payments.models import Notice, Payment
from ticketing.core.errors import InvalidInput, NotThere
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import Retry, announce

# Its notice may be faster than its answer to us.
NEXT_TRY = timedelta(seconds=2)


class NotSigned(InvalidInput):
    code = "not_signed"
    message = _("This is not signed by the gateway, or was signed too long ago.")


class GatewayUnknown(NotThere):
    code = "not_found"
    message = _("There is no such gateway.")


def receive(gateway: str, body: bytes, headers: Mapping[str, str], *, now: datetime) -> int:
    """Keep what a delivery tells of and have it looked into; returns how much of it is new.

    Raises NotSigned, and then nothing was changed. Afterwards it is ours to work on it: whatever
    comes in the way, the gateway need not tell it again.
    """
    try:
        reports = gateway_named(gateway).verify(body, headers, now=now)
    except NoSuchGateway:
        raise GatewayUnknown from None
    except (Forged, ValueError, KeyError) as error:
        raise NotSigned from error
    return sum(keep(gateway, one, body, now=now) for one in reports)


@transaction.atomic
def keep(gateway: str, report: Report, body: bytes, *, now: datetime) -> bool:
    """Once for each event there, however often and however many at once it comes."""
    notice = Notice(
        gateway=gateway,
        event=report.id,
        kind=report.kind,
        reference=report.reference,
        account=report.account,
        body=body.decode(errors="replace"),
        received_at=now,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if not Notice.objects.filter(pk=notice.pk).exists():
        return False
    failpoint("payments.notice_kept")
    if report.reference:
        announce(
            PaymentReported(gateway=gateway, reference=report.reference, account=report.account)
        )
    return True


def look_into(event: PaymentReported, *, now: datetime) -> None:
    """Find whose it is and settle it; raises Retry while nobody can say.

    What the gateway has and we do not, after all, is a case for a person.
    """
    known = Payment.objects.filter(gateway=event.gateway, reference=event.reference).first()
    facts: dict[str, Any] = {}
    if known is None:
        said = gateway_named(event.gateway).fetch(event.reference, account=event.account)
        if isinstance(said, Unknown):
            raise Retry(said.reason, after=NEXT_TRY)
        if isinstance(said, Snapshot):
            facts = {"amount": said.captured.minor, "currency": said.captured.currency}
        known = named_in(event.gateway, said)
    if known is None:
        open_missing_here(event.gateway, event.reference, now=now, **facts)
    elif settle(known.pk, now=now).looked_at != now:
        raise Retry("the gateway did not answer", after=NEXT_TRY)


def named_in(gateway: str, said: Snapshot | Missing | Unknown) -> Payment | None:
    """Ours by the id that we gave it, where its own name for it never reached us."""
    if not isinstance(said, Snapshot) or said.payment is None:
        return None
    return Payment.objects.filter(pk=said.payment, gateway=gateway).first()
