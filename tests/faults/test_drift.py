"""F34: rows that somebody changed or took away behind the product, as whoever owns the server can.
The auditor, the verifier of the record and the reconciler each tell of what is theirs to know."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from accounts.audit.domain.chain import seal_waiting
from accounts.audit.models import Entry
from payments.domain.reconciling import reconcile
from payments.domain.refunding import request_refund, send_refund
from payments.enums import RefundReason
from payments.gateways import configured
from payments.models import Case, Payment, Refund
from tests.bookings.conftest import book, choir, event, paid
from tests.events.factories import NOW
from tests.kit.money import movements
from tests.kit.soundness import broken_promises
from tests.payments.conftest import begin, rested_gateways, sold, till
from tests.payments.till import PAYS
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = [  # fixtures
    "begin", "book", "choir", "event", "paid", "rested_gateways", "sold", "till",
]  # fmt: skip
LATER = NOW + timedelta(hours=1)
LEDGER, RECORD = "money_stands_in_the_ledger", "record_is_whole"
OF_CAPTURE = """posting_id = (SELECT id FROM payments_posting WHERE kind = 'captured')"""


@pytest.fixture
def behind():
    """What is found once statements of a superuser went past every trigger and key; none of them
    stays."""
    direct = connection.settings_dict
    superuser = urlsplit(os.environ["TICKETING_TEST_CLUSTER"])

    def behind(statement, look):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("SET LOCAL ROLE ticketing_app")  # who looks owns nothing
            found = look()
            transaction.set_rollback(True)
        return found

    connection.close()
    connection.settings_dict = direct | {"USER": superuser.username, "PASSWORD": superuser.password}
    yield behind
    connection.close()
    connection.settings_dict = direct


@pytest.fixture(autouse=True)
def _own_books(till, monkeypatch):
    """What other tests have paid at the same gateway is none of ours."""
    before, gateway = set(movements(till)), configured()["simulator"]
    listed = gateway.transactions

    def transactions(since, until):
        return (one for one in listed(since, until) if one.reference not in before)

    monkeypatch.setattr(gateway, "transactions", transactions)


@pytest.fixture
def settled(sold):
    """Two tickets for forty euros, of which ten went back; all of it is sealed."""
    payment = Payment.objects.get(booking=sold(2))
    ten = Money(1000, "EUR")
    refund = request_refund(
        payment, ten, reason=RefundReason.ORGANIZER, occasion="half", by=None, now=NOW
    )
    send_refund(refund.pk, now=NOW)
    deliver_all()
    seal_waiting(now=NOW)
    assert (told(), broken()) == ([], set())
    return payment


def told():
    """The cases that reconciling opens."""
    reconcile(since=NOW - timedelta(days=1), until=LATER, now=LATER)
    return sorted(Case.objects.filter(closed_at=None).values_list("kind", flat=True))


def broken():
    return set(broken_promises(now=LATER))


# What is done, what the auditor says of it, and which cases the reconciler opens.
MONEY = {
    "a payment is gone": (
        "DELETE FROM payments_payment",
        {"paid_tickets_have_their_money", LEDGER},
        ["missing_here"],
    ),
    "a payment says less": (
        "UPDATE payments_payment SET captured = 3500, amount = 3500",
        {LEDGER},
        ["amount_mismatch"],
    ),
    "a payment says more": (
        "UPDATE payments_payment SET captured = 4500",
        {LEDGER},
        ["amount_differs"],
    ),
    "a payment says that it was not paid": (
        "UPDATE payments_payment SET status = 'created', captured = 0, refunded = 0, captured_at = NULL",
        {
            "no_more_goes_back_than_came",
            "paid_tickets_have_their_money",
            "what_is_open_is_looked_after",
        },
        ["state_behind"],
    ),
    "a refund says less": (
        "UPDATE payments_refund SET amount = 400",
        {LEDGER, "no_more_goes_back_than_came"},
        ["state_behind"],
    ),
    "another gateway's name": (
        "UPDATE payments_payment SET reference = 'sim_other'",
        set(),
        ["missing_here", "missing_there", "missing_there"],
    ),
}


def test_f34_money_that_was_changed_behind_us_is_told_of(settled, behind):
    found = {
        what: behind(statement, lambda: (broken(), told()))
        for what, (statement, _, _) in MONEY.items()
    }

    assert found == {what: (promises, cases) for what, (_, promises, cases) in MONEY.items()}


def test_f34_what_nobody_here_knows_is_a_case_with_its_entry_in_the_record(till):
    """No transaction is open while gateways are asked, nor when a case is opened."""
    made = till.post("payments", payment=str(new_id()), amount=700, currency="EUR")
    till.post(f"payments/{made['id']}/pay", card=PAYS)

    assert told() == ["missing_here"]
    assert told() == ["missing_here"]

    case = Case.objects.get()
    assert case.facts["amount"] == 700
    assert Entry.objects.filter(object_id=str(case.pk)).count() == 1


def test_f34_a_refund_that_was_taken_away_comes_back_from_the_gateway(settled, behind):
    def look():
        before, cases = broken(), told()
        (refund,) = Refund.objects.all()
        return before, cases, refund.status, refund.amount, refund.occasion.partition(":")[0]

    assert behind("DELETE FROM payments_refund", lambda: (look(), broken())) == (
        ({LEDGER, "no_more_goes_back_than_came"}, [], "done", 1000, "gateway"),
        # What was written into the ledger of the one that is gone, a person has to look at.
        {LEDGER},
    )


LEDGER_ROWS = {
    "a leg is gone": (
        f"DELETE FROM payments_entry WHERE amount > 0 AND {OF_CAPTURE}",
        {LEDGER, "postings_balance"},
    ),
    "a leg says less": (
        f"UPDATE payments_entry SET amount = -1 WHERE amount < 0 AND {OF_CAPTURE}",
        {"postings_balance"},
    ),
    "both legs say less": (
        f"UPDATE payments_entry SET amount = amount / 2 WHERE {OF_CAPTURE}",
        {LEDGER},
    ),
    "a posting is gone": (
        (
            f"DELETE FROM payments_entry WHERE {OF_CAPTURE};"
            "DELETE FROM payments_posting WHERE kind = 'captured'"
        ),
        {LEDGER},
    ),
}


OF_MONEY = "action = 'payments.captured'"
RECORDED = {
    "an entry is gone": (
        f"DELETE FROM audit_entry WHERE {OF_MONEY}",
        {RECORD, "money_moves_are_recorded"},
    ),
    "an entry says otherwise": (
        f"UPDATE audit_entry SET occurred_at = now() WHERE {OF_MONEY}",
        {RECORD},
    ),
    "its words say otherwise": (
        (
            "UPDATE audit_payload SET data = '{\"captured\": 1}' WHERE part = 'change'"
            f" AND entry_id = (SELECT id FROM audit_entry WHERE {OF_MONEY})"
        ),
        {RECORD},
    ),
    "a seal is gone": (
        f"DELETE FROM audit_seal WHERE entry_id = (SELECT id FROM audit_entry WHERE {OF_MONEY})",
        {RECORD},
    ),
    "a guard is off": ("ALTER TABLE audit_entry DISABLE TRIGGER ALL", {RECORD}),
}


BOOKED = {
    "a booking is not confirmed": (
        "UPDATE bookings_booking SET status = 'held', confirmed_at = NULL",
        {"money_has_its_tickets", "ticket_is_as_its_booking"},
    ),
}


def test_f34_ledger_record_and_bookings_that_were_changed_behind_us_are_told_of(settled, behind):
    expected = LEDGER_ROWS | RECORDED | BOOKED

    found = {what: behind(statement, broken) for what, (statement, _) in expected.items()}

    assert found == {what: promises for what, (_, promises) in expected.items()}
    assert behind("SELECT 1", broken) == set()
