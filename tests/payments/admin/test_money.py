"""The back office of money: finance acts, who may look looks, and others find nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bookings.models import Booking
from payments.domain.cases import open_case
from payments.enums import CaseKind, RefundStatus
from payments.models import ApprovalLimit, Case, Payment, PayOut, Refund
from tests.events.factories import NOW
from tests.payments.sales import LATER, give_up
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


def page(row, name="change"):
    return f"/admin/payments/{row._meta.model_name}/{row.pk}/{name}/"


def do(client, row, deed, /, **typed):
    return client.post(page(row, deed), {"_do": "1", **typed})


@pytest.fixture
def payment(sold):
    payment = sold(2).payments.get()
    deliver_all()
    return payment


def test_who_has_no_business_with_the_money_finds_nothing(viewer, other_team, payment):
    case = open_case(CaseKind.LATE, payment, now=LATER)
    pages = [page(case), page(payment), page(payment, "settle"), page(case, "close")]

    assert {other_team.get(one).status_code for one in pages} <= {404, 403}
    assert {viewer.get(one).status_code for one in pages} <= {404, 403}
    assert (Case.objects.get(pk=case.pk).closed_at, Refund.objects.count()) == (None, 0)


def test_giving_back_by_hand_when_sent_twice_is_once(finance, payment):
    once = uuid4()

    for _ in range(2):
        do(finance, payment, "give-back", amount="5.00", words="Bad view", once=once)

    assert [(one.amount, one.words) for one in Refund.objects.all()] == [(500, "Bad view")]


def test_more_than_was_paid_is_refused_in_words(finance, payment):
    answer = do(finance, payment, "give-back", amount="500.00", words="x", once=uuid4())

    assert "more than what is left" in answer.text
    assert Refund.objects.count() == 0


def test_asking_the_gateway_now_takes_over_what_it_says(finance, begin, till):
    payment = begin()
    till.pay(payment)

    do(finance, payment, "settle")

    assert Booking.objects.get().status == "confirmed"


@pytest.mark.made_up_money
def test_money_that_bought_nothing_gets_its_places_by_hand(finance, begin, till):
    payment = begin()
    Payment.objects.filter(pk=payment.pk).update(status="captured", captured=1900, captured_at=NOW)
    payment.refresh_from_db()
    case = open_case(CaseKind.AMOUNT_MISMATCH, payment, now=NOW)

    do(finance, case, "seat")

    case.refresh_from_db()
    assert (Booking.objects.get().status, case.outcome) == ("confirmed", "confirmed by hand")


def test_a_case_is_closed_with_how_it_was_settled(finance, payment):
    case = open_case(CaseKind.LATE_RISK, payment, now=LATER)

    do(finance, case, "close", outcome=" ")
    assert Case.objects.get(pk=case.pk).closed_at is None
    do(finance, case, "close", outcome="Called the bank")

    assert Case.objects.get(pk=case.pk).outcome == "Called the bank"


def test_money_of_nobody_is_for_the_platform(finance, staff_client):
    case = open_case(CaseKind.MISSING_HERE, None, reference="simulator:x", now=LATER)

    assert finance.get(page(case)).status_code == 404
    assert staff_client.get(page(case)).status_code == 200


def test_finance_approves_and_refuses(finance, choir, sold):
    ApprovalLimit.objects.create(organizer=choir, currency="EUR", above=100)
    give_up(sold())
    give_up(sold())
    first, second = Refund.objects.order_by("pk")

    do(finance, first, "approve")
    do(finance, second, "reject", words="Too late")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (RefundStatus.REQUESTED, RefundStatus.REJECTED)


def test_a_limit_is_set_in_whole_money(finance, choir):
    typed = {"organizer": str(choir.pk), "currency": "eur", "above": "50.00"}

    finance.post("/admin/payments/approvallimit/add/", typed)

    limit = ApprovalLimit.objects.get()
    assert (limit.currency, limit.above) == ("EUR", 5000)


def test_a_pay_out_is_entered_by_the_platform_alone(finance, staff_client, choir, payment):
    typed = {
        "organizer": str(choir.pk), "currency": "EUR", "amount": "10.00",
        "paid_on": "2027-01-02", "reference": "T-1",
    }  # fmt: skip

    assert finance.post("/admin/payments/payout/add/", typed).status_code == 403
    staff_client.post("/admin/payments/payout/add/", typed)

    assert [(one.amount, one.reference) for one in PayOut.objects.all()] == [(1000, "T-1")]


def test_a_statement_is_shown_and_written_for_finance(finance, choir, payment):
    days = f"since={NOW:%Y-%m-%d}&until={NOW + timedelta(days=1):%Y-%m-%d}"
    address = f"/admin/payments/payout/statement/?organizer={choir.pk}&currency=EUR&{days}"

    shown, sheet = finance.get(address), finance.get(f"{address}&as=csv")

    assert (shown.status_code, "€40.00" in shown.text) == (200, True)
    assert [line.split(",")[1] for line in sheet.text.splitlines()] == [
        "kind", "opening", "sold", "closing",
    ]  # fmt: skip


def test_a_statement_of_somebody_else_is_not_there(other_team, viewer, choir, payment):
    address = f"/admin/payments/payout/statement/?organizer={choir.pk}"

    assert {one.get(address).status_code for one in (other_team, viewer)} <= {403, 404}


def test_what_waits_is_for_the_platform(finance, staff_client, payment):
    assert finance.get("/admin/payments/payout/open/").status_code == 404
    assert "€38.95" in staff_client.get("/admin/payments/payout/open/").text
