"""Ways of paying are set by staff, and by finance for its own organizer; they must make sense."""

import pytest

from accounts.audit.models import Entry
from accounts.domain.people import StaffAlone
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from payments.domain.choosing import ways_to_pay
from payments.domain.routes import (
    AccountForStaff,
    AccountOfNobody,
    CountryUnclear,
    NoSuchGateway,
    NotTakenThere,
    save_route,
)
from payments.enums import Channel
from payments.models import Route
from tests.events.factories import NOW
from tests.factories import MembershipFactory, OrganizerFactory
from tests.kit.forms import sent_from

pytestmark = pytest.mark.django_db


def save(by, route=None, **facts):
    facts = facts if route else {"gateway": "simulator", **facts}
    return save_route(route, facts, by=by, now=NOW)


def test_staff_add_a_route_and_switch_it_off_and_both_are_written_down(staff):
    route = save(staff, currency="eur", country="fr", position=3)
    save(staff, route, is_open=False)
    save(staff, route, is_open=False)  # nothing new

    found = Route.objects.get()
    assert (found.currency, found.country, found.position, found.is_open) == ("EUR", "FR", 3, False)
    actions = Entry.objects.filter(action__startswith="payments.route").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "payments.route_added", "payments.route_changed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"gateway": "paypal"}, NoSuchGateway),
        ({"currency": "ABC"}, NotTakenThere),
        ({"country": "F1"}, CountryUnclear),
        ({"country": "FRA"}, CountryUnclear),
        ({"account": "acct_1"}, AccountOfNobody),
    ],
)
def test_what_makes_no_sense_is_refused(staff, facts, error):
    with pytest.raises(error):
        save(staff, **facts)


def test_what_is_switched_off_may_name_a_gateway_that_is_gone(staff):
    route = Route.objects.create(gateway="paypal")

    save(staff, route, is_open=False)

    with pytest.raises(NoSuchGateway):
        save(staff, route, is_open=True)


def test_finance_sets_what_is_for_its_organizer_but_no_account(choir, organizer):
    route = save(organizer, organizer=choir)

    save(organizer, route, position=2)
    with pytest.raises(StaffAlone):
        save(organizer)
    with pytest.raises(AccountForStaff):
        save(organizer, route, account="acct_1")
    with pytest.raises(StaffAlone):
        save(organizer, route, organizer=None)
    with pytest.raises(NoSuchOrganizer):
        save(organizer, route, organizer=OrganizerFactory())

    found = Route.objects.get()
    assert (found.organizer, found.position, found.account) == (choir, 2, "")


def test_who_sells_only_may_not(choir, stranger):
    MembershipFactory(organizer=choir, user=stranger, role=Role.MANAGER)

    with pytest.raises(RoleMayNot):
        save(stranger, organizer=choir)


def test_the_route_of_another_organizer_takes_nothing_from_others(book, paid):
    booking = book(paid)
    Route.objects.create(gateway="simulator", organizer=OrganizerFactory())

    ways = ways_to_pay(booking, channel=Channel.WEB)

    assert [one.gateway.name for one in ways] == ["simulator"]


def test_staff_add_and_change_one_in_the_back_office(staff_client):
    page = "/admin/payments/route/add/"
    sent = sent_from(staff_client.get(page), "route_form", gateway="simulator", currency="EUR")

    wrong = staff_client.post(page, sent | {"account": "acct_1"})
    added = staff_client.post(page, sent)
    page = f"/admin/payments/route/{Route.objects.get().pk}/change/"
    off = sent_from(staff_client.get(page), "route_form")
    off.pop("is_open")
    changed = staff_client.post(page, off)

    assert (wrong.status_code, "please choose whose it is" in wrong.text) == (200, True)
    assert (added.status_code, changed.status_code) == (302, 302)
    assert Route.objects.get().is_open is False
