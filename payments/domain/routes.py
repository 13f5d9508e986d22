"""By which gateways people pay: set by the platform's staff, and by finance for its organizer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.people import require_staff
from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from payments.enums import Channel
from payments.gateways import configured
from payments.models import Route
from ticketing.core.errors import InvalidInput, NotAllowed

FACTS = (
    "position", "gateway", "currency", "country", "channel", "organizer", "account", "is_open",
)  # fmt: skip


class NoSuchGateway(InvalidInput):
    code = "no_such_gateway"
    message = _("No gateway of this name is set up here.")


class NotTakenThere(InvalidInput):
    code = "not_taken_there"
    message = _("This gateway does not take that.")


class CountryUnclear(InvalidInput):
    code = "country_unclear"
    message = _("Please give the country in two letters.")


class AccountOfNobody(InvalidInput):
    code = "account_of_nobody"
    message = _("An account belongs to an organizer: please choose whose it is.")


class AccountForStaff(NotAllowed):
    code = "account_for_staff"
    message = _("Accounts at gateways are connected by the platform's staff.")


@transaction.atomic
def save_route(route: Route | None, facts: Mapping[str, Any], *, by: User, now: datetime) -> Route:
    """Add one, or change it: also whether it is in use. Payments that were begun go on as they are.

    What is for all is for the staff; finance sets those of its own organizer, but no account.
    Raises StaffAlone, RoleMayNot, NoSuchOrganizer, NoSuchGateway, NotTakenThere, CountryUnclear,
    AccountOfNobody, AccountForStaff.
    """
    known = route and Route.objects.select_for_update().get(pk=route.pk)
    before = facts_of(known) if known else {}
    changed = known or Route()
    if known:
        require_may(known, by=by)
    for name in FACTS:
        if name in facts:
            setattr(changed, name, facts[name])
    changed.currency, changed.country = changed.currency.upper(), changed.country.upper()
    require_may(changed, by=by)
    if changed.account != before.get("account", "") and not by.is_staff:
        raise AccountForStaff(field="account")
    require_sense(changed)
    if before == facts_of(changed):
        return changed
    changed.save()
    record(
        action="payments.route_changed" if known else "payments.route_added",
        by=by, on=changed, organizer=changed.organizer_id,
        before=before, after=facts_of(changed), now=now,
    )  # fmt: skip
    return changed


def require_may(route: Route, *, by: User) -> None:
    if route.organizer is None:
        require_staff(by)
    else:
        require(by, Permission.REFUND, route.organizer)


def require_sense(route: Route) -> None:
    """One that is switched off may name what is not there any more."""
    if route.account and route.organizer is None:
        raise AccountOfNobody(field="organizer")
    if route.country and not (
        len(route.country) == 2 and route.country.isascii() and route.country.isalpha()
    ):
        raise CountryUnclear(field="country")
    if not route.is_open:
        return
    gateway = configured().get(route.gateway)
    if gateway is None:
        raise NoSuchGateway(field="gateway")
    can = gateway.capabilities()
    if route.currency and route.currency not in can.currencies:
        raise NotTakenThere(field="currency")
    if route.channel and Channel(route.channel) not in can.channels:
        raise NotTakenThere(field="channel")


def facts_of(route: Route) -> dict[str, Any]:
    facts = {name: getattr(route, name) for name in FACTS if name != "organizer"}
    return facts | {"organizer": str(route.organizer_id) if route.organizer_id else None}
