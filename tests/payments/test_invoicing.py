"""Invoices: one for a booking, numbered without a gap, credited and corrected by others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Organizer
from bookings.domain.links import booking_link
from bookings.domain.references import token_of
from bookings.models import Booking
from events.models import Event, TicketType
from payments.domain.invoicing import NothingLeftToCorrect, correct_invoice, issue, issue_invoice
from payments.domain.vat import checked_vat_id, is_reverse_charge
from payments.enums import DocumentKind
from payments.models import Invoice, Seller
from payments.showing.printing import html_of, print_invoice
from tests.events.factories import NOW, TaxRateFactory
from tests.payments.sales import LATER, give_up
from ticketing.core.outbox import deliver_all

at_once = pytest.mark.django_db(transaction=True)
BILLING = {"name": "Ada", "company": "Songs <Ltd>", "country": "FR", "vat_id": "FR 40 303 265 045"}


@pytest.fixture
def invoiced(sold, paid):
    """A booking with 20 % tax in it, paid and invoiced."""

    def invoiced(quantity=1, **terms):
        Event.objects.update(tax_country="DE")
        TicketType.objects.update(tax_kind="standard")
        TaxRateFactory(country="DE", percent=20, name="MwSt.")
        booking = sold(quantity, **terms)
        deliver_all()
        return booking, Invoice.objects.get(booking=booking, kind=DocumentKind.INVOICE)

    return invoiced


def documents():
    return [(one.kind, one.total, one.tax) for one in Invoice.objects.order_by("number")]


@pytest.mark.django_db
def test_an_invoice_says_what_was_paid_and_the_tax_in_it(invoiced):
    _booking, invoice = invoiced(3)

    html = html_of(invoice)

    assert (invoice.total, invoice.tax, invoice.spelled[-6:]) == (6000, 1000, "000001")
    assert [text in html for text in ("MwSt. 20 %", "€50.00", "€10.00", "€60.00")] == [True] * 4


@pytest.mark.django_db
def test_an_invoice_when_asked_for_again_is_the_same(invoiced):
    booking, invoice = invoiced()

    again = issue_invoice(booking.pk, now=LATER)

    assert (again, Invoice.objects.count()) == (invoice, 1)


@pytest.mark.django_db
def test_credit_notes_have_together_the_tax_of_the_invoice(invoiced):
    booking, _invoice = invoiced(3)
    give_up(booking, 1)
    give_up(Booking.objects.get(pk=booking.pk))

    assert documents() == [
        ("invoice", 6000, 1000),
        ("credit_note", 2000, 333),
        ("credit_note", 4000, 667),
    ]


@pytest.mark.django_db
def test_a_correction_is_two_new_documents(invoiced, organizer):
    _booking, invoice = invoiced()

    made = correct_invoice(invoice, BILLING, by=organizer, now=LATER)

    assert [kind for kind, *_ in documents()] == ["invoice", "credit_note", "invoice"]
    assert (made.facts["buyer"]["vat_id"], made.corrects) == ("FR40303265045", invoice)
    assert "Songs &lt;Ltd&gt;" in html_of(made)
    with pytest.raises(NothingLeftToCorrect):
        correct_invoice(invoice, BILLING, by=organizer, now=LATER)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE {} SET number = 7", "DELETE FROM {}"])
def test_an_invoice_is_neither_changed_nor_deleted(invoiced, act):
    invoiced()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format("payments_invoice"))


@at_once
@pytest.mark.made_up_money
def test_invoice_number_gapless_under_race(book, free):
    """#35: many at once, some of which are taken back, and each year and organizer for itself."""
    booking = book(free)
    Booking.objects.filter(pk=booking.pk).update(total=100)
    booking = Booking.objects.select_related("event__venue", "organizer").get(pk=booking.pk)

    def number(turn):
        try:
            with transaction.atomic():
                issue(
                    DocumentKind.INVOICE, booking, occasion=f"o:{turn // 2}", total=100, tax=0,
                    facts={}, now=NOW + timedelta(days=366 * (turn % 4 >= 2)),
                )  # fmt: skip
                assert turn % 5 != 0
        except AssertionError:
            pass  # taken back with its number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as many:
        list(many.map(number, range(60)))

    for year in {one.year for one in Invoice.objects.all()}:
        numbers = list(Invoice.objects.filter(year=year).values_list("number", flat=True))
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert Invoice.objects.values("occasion").distinct().count() == Invoice.objects.count() == 30


# --- Files -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_file_is_for_who_may_open_the_booking(client, invoiced):
    booking, invoice = invoiced()
    address = f"/bookings/{booking.reference}/documents/{invoice.pk}.pdf"
    call = f"/api/v1/bookings/{booking.reference}/invoice"

    assert (client.get(address).status_code, client.get(call).status_code) == (404, 404)

    page = client.get(booking_link(booking), follow=True).text
    given = client.get(address)
    told = client.get(call, headers={"X-Booking-Token": token_of(booking)})

    assert address in page
    assert [one.content[:5] for one in (given, told)] == [b"%PDF-", b"%PDF-"]


@pytest.mark.django_db
def test_the_seller_is_who_the_law_wants(invoiced, choir):
    Seller.objects.create(
        organizer=Organizer.objects.get(pk=choir.pk), name="Choir e.V.", address="1 Lane\nBerlin",
        country="DE", vat_id="DE136695976",
    )  # fmt: skip

    _booking, invoice = invoiced()

    assert "Choir e.V." in html_of(invoice)
    assert print_invoice(invoice)[:5] == b"%PDF-"


# --- VAT numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "country", "official"),
    [
        ("DE 136 695 976", "DE", "DE136695976"),
        ("DE136695976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("DE136695978", "DE", ""),
        ("FR 40 303 265 045", "FR", "FR40303265045"),
        ("EL 094259216", "GR", "EL094259216"),
        ("anything", "XX", ""),
        ("anything", "", ""),
    ],
)
def test_a_vat_number_is_taken_when_it_can_be_one(number, country, official):
    assert checked_vat_id(number, country) == official


@pytest.mark.parametrize(
    ("seller", "buyer", "number", "is_so"),
    [
        ("DE", "FR", "FR40303265045", True),
        ("DE", "DE", "DE136695976", False),
        ("DE", "FR", "", False),
        ("DE", "US", "1", False),
    ],
)
def test_reverse_charge_is_for_businesses_elsewhere_in_the_union(seller, buyer, number, is_so):
    assert is_so == is_reverse_charge(
        seller_country=seller, buyer_country=buyer, buyer_vat_id=number
    )
