"""Invoices in the back office: read, printed and followed by others; never changed."""

import pytest

from payments.models import Invoice, Seller
from tests.payments.admin.test_money import do, page
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(sold):
    sold()
    deliver_all()
    return Invoice.objects.get()


def test_finance_prints_an_invoice_and_others_find_none(finance, viewer, invoice):
    assert finance.get(page(invoice, "file")).content[:5] == b"%PDF-"
    assert viewer.get(page(invoice, "file")).status_code in {403, 404}


def test_a_correction_is_issued_and_the_first_stays(finance, invoice):
    do(finance, invoice, "correct", name="Ada", company="Songs Ltd", country="FR")

    last = Invoice.objects.order_by("number").last()
    assert (last.number, last.facts["buyer"]["company"]) == (3, "Songs Ltd")


def test_a_vat_number_that_cannot_be_one_is_refused(finance, choir):
    typed = {
        "organizer": str(choir.pk), "name": "Choir", "address": "1 Lane", "country": "DE",
        "vat_id": "DE1",
    }  # fmt: skip

    refused = finance.post("/admin/payments/seller/add/", typed)
    assert ("cannot be a VAT number" in refused.text, Seller.objects.count()) == (True, 0)
    finance.post("/admin/payments/seller/add/", {**typed, "vat_id": "136695976"})

    assert Seller.objects.get().vat_id == "DE136695976"
