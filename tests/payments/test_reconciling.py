"""What the gateway lists is held against what we have: healed where it can be, else a case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments.announcements import PaymentReported
from payments.domain.open_items import open_balances
from payments.domain.reconciling import reconcile
from payments.domain.reporting import look_into
from payments.domain.settling import settle
from payments.enums import CaseKind, PaymentStatus
from payments.gateways import configured
from payments.gateways.base import GatewayAway
from payments.models import Case, Payment
from tests.events.factories import NOW
from tests.payments.sales import give_up
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
LATELY = NOW + timedelta(hours=3)


def look(*, now=LATELY):
    return reconcile(since=NOW - timedelta(days=1), until=now, now=now)


@pytest.fixture
def listed(monkeypatch):
    """The gateway lists what it really lists, changed as the test wants it."""

    def listed(change):
        gateway = configured()["simulator"]
        mine = [one.reference for one in Payment.objects.all()]
        real = gateway.transactions

        def transactions(since, until):
            return change([one for one in real(since, until) if one.payment in mine])

        monkeypatch.setattr(gateway, "transactions", transactions)

    return listed


def kinds():
    return [case.kind for case in Case.objects.filter(closed_at=None).order_by("pk")]


def same(rows):
    return rows


def test_what_agrees_opens_no_case(sold, listed):
    give_up(sold())
    listed(same)

    found = look()

    assert (found.looked_at, found.cases, kinds()) == (2, [], [])


def test_what_was_paid_unseen_is_settled(begin, till, listed):
    payment = begin()
    till.pay(payment)
    listed(same)

    look()

    payment.refresh_from_db()
    assert (payment.status, payment.booking.status, kinds()) == ("captured", "confirmed", [])


def test_what_the_gateway_does_not_list_is_a_case_once(sold, listed):
    sold()
    listed(lambda _rows: [])

    look()
    look()

    assert kinds() == [CaseKind.MISSING_THERE]


def test_a_case_is_closed_once_it_agrees(sold, listed, monkeypatch):
    sold()
    listed(lambda _rows: [])
    look()
    monkeypatch.undo()
    listed(same)

    look()

    assert kinds() == []


def test_what_nobody_here_knows_is_a_case(sold, listed):
    sold()
    listed(lambda rows: [*rows, replace(rows[0], payment="pay_nobodys", reference="mv_x")])

    look()

    case = Case.objects.get(closed_at=None)
    assert (case.kind, case.reference) == (CaseKind.MISSING_HERE, "simulator:pay_nobodys")


def test_what_a_notice_and_the_list_find_alike_is_one_case(till, sold, listed):
    sold()
    stranger = till.post("payments", payment="nobodys", amount=500, currency="EUR", return_url="/")
    look_into(PaymentReported(gateway="simulator", reference=stranger["id"]), now=NOW)
    listed(lambda rows: [*rows, replace(rows[0], payment=stranger["id"], reference="mv_x")])

    look()

    assert kinds() == [CaseKind.MISSING_HERE]


def test_another_amount_is_a_case(sold, listed):
    sold()
    listed(lambda rows: [replace(one, amount=one.amount * 2) for one in rows])

    look()

    assert kinds() == [CaseKind.AMOUNT_DIFFERS]


def test_what_is_further_there_and_cannot_be_settled_is_a_case(begin, listed, till):
    payment = begin()
    till.pay(payment)
    settle(payment.pk, now=NOW)
    listed(lambda rows: [*rows, replace(rows[0], kind="refund", amount=-rows[0].amount)])

    look()

    assert kinds() == [CaseKind.STATE_BEHIND]


def test_a_list_that_cannot_be_had_says_nothing(sold, monkeypatch):
    sold()

    def away(since, until):
        raise GatewayAway("simulator")

    monkeypatch.setattr(configured()["simulator"], "transactions", away)

    found = look()

    assert (found.away, kinds()) == (["simulator"], [])


def test_open_items_explain_what_is_at_the_gateway(sold):
    sold()
    sold()
    deliver_all()

    shown = {
        one.account.kind: (one.balance.minor, one.count, one.age(now=LATELY))
        for one in open_balances()
    }
    assert shown == {"clearing": (3870, 2, 3)}
    assert Payment.objects.filter(status=PaymentStatus.CAPTURED).count() == 2
