"""Fees of an event, and the platform's tax rates."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.audit.models import Entry
from accounts.domain.people import StaffAlone
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from events.domain.asking import EventOver
from events.domain.charges import (
    EndsBeforeItBegins,
    FeeNeeded,
    PercentUnclear,
    RegionUnclear,
    TooManyFees,
    add_fee,
    change_fee,
    end_tax_rate,
    remove_fee,
    set_tax_rate,
)
from events.domain.events import InvalidValue, NotToBeSet
from events.enums import EventStatus, TaxKind
from events.models import Fee, TaxRate
from tests.events.factories import NOW, EventFactory, FeeFactory
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
BOOKING_FEE = {"name": "Booking fee", "amount": 100}


def test_a_fee_is_added_changed_and_removed_and_each_is_written_down(event, organizer):
    fee = add_fee(event, BOOKING_FEE, by=organizer, now=NOW)
    event.listing.refresh_from_db()
    assert event.listing.price_from == 2100

    change_fee(fee, {"amount": 50, "percent": Decimal(10)}, by=organizer, now=NOW)
    change_fee(fee, {"amount": 50}, by=organizer, now=NOW)
    event.listing.refresh_from_db()
    assert event.listing.price_from == 2250

    remove_fee(fee, by=organizer, now=NOW)
    assert Fee.objects.count() == 0
    acts = list(Entry.objects.order_by("id").values_list("action", flat=True))
    assert acts == ["fees.added", "fees.changed", "fees.removed"]


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"name": "x"}, FeeNeeded, "amount"),
        ({"amount": 1}, InvalidValue, "name"),
        ({"name": "x", "percent": 101}, PercentUnclear, "percent"),
        ({"name": "x", "percent": -1}, PercentUnclear, "percent"),
        ({"name": "x", "amount": 10**12 + 1}, InvalidValue, "amount"),
        ({"name": "x", "amount": 1, "event": None}, NotToBeSet, "event"),
    ],
)
def test_a_fee_that_is_none_is_refused_at_its_field(event, organizer, facts, error, field):
    with pytest.raises(error) as caught:
        add_fee(event, facts, by=organizer, now=NOW)

    assert (caught.value.field, Fee.objects.count()) == (field, 0)


def test_fees_have_an_end(event, organizer):
    for _ in range(20):
        FeeFactory(event=event)

    with pytest.raises(TooManyFees):
        add_fee(event, BOOKING_FEE, by=organizer, now=NOW)


def test_19_others_charge_nothing_and_history_keeps_its_fees(choir, organizer, stranger):
    viewer = MembershipFactory(organizer=choir, role=Role.VIEWER).user
    over = EventFactory(organizer=choir, status=EventStatus.FINISHED)
    fee = FeeFactory(event=over)

    for person, error in [
        (viewer, RoleMayNot),
        (stranger, NoSuchOrganizer),
        (organizer, EventOver),
    ]:
        for act in (
            lambda by: add_fee(over, BOOKING_FEE, by=by, now=NOW),
            lambda by: change_fee(fee, {"amount": 1}, by=by, now=NOW),
            lambda by: remove_fee(fee, by=by, now=NOW),
        ):
            with pytest.raises(error):
                act(person)


def vat(percent=20, *, by, where="fr", since=TODAY, **facts):
    return set_tax_rate(
        where=where, kind=TaxKind.STANDARD, valid_from=since,
        facts={"name": "TVA", "percent": percent, **facts}, by=by, now=NOW,
    )  # fmt: skip


def test_a_tax_rate_is_corrected_on_its_day_and_followed_by_another(staff):
    TaxRate.objects.all().delete()
    first = vat(19, by=staff)
    assert vat(20, by=staff) == first
    vat(21, by=staff, since=TODAY + timedelta(days=30))
    vat(5, by=staff, where="CA-on")

    rates = TaxRate.objects.order_by("percent").values_list("country", "region", "percent")
    assert list(rates) == [("CA", "ON", 5), ("FR", "", 20), ("FR", "", 21)]
    assert Entry.objects.filter(action="tax_rates.set").count() == 4
    end_tax_rate(first, valid_until=TODAY + timedelta(days=9), by=staff, now=NOW)
    with pytest.raises(EndsBeforeItBegins):
        end_tax_rate(first, valid_until=TODAY, by=staff, now=NOW)


def test_tax_rates_are_the_platform_s_alone_and_make_sense(staff, organizer):
    with pytest.raises(StaffAlone):
        vat(by=organizer)
    for facts, error in [
        ({"where": "France"}, RegionUnclear),
        ({"where": "CA-" + "x" * 11}, InvalidValue),
        ({"percent": 100}, PercentUnclear),
        ({"percent": -1}, PercentUnclear),
        ({"valid_until": TODAY}, EndsBeforeItBegins),
    ]:
        with pytest.raises(error):
            vat(by=staff, **facts)
