"""To whom the invoice is: said on the second screen, corrected on the booking's page."""

import pytest

from bookings.domain.links import booking_link
from bookings.models import Booking
from payments.domain.billing import MOST_CORRECTIONS
from payments.enums import DocumentKind
from payments.models import Invoice
from tests.bookings.views.conftest import OURS, booking_in, choose, page_of
from tests.bookings.views.conftest import _in_june as _in_june  # noqa: PLC0414 - the same day
from tests.kit.pages import text_of
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
DETAILS = {"email": "ada@example.org", "name": "Ada"}
BUSINESS = {
    "billing-company": "Songs & Sons",
    "billing-address": "4 rue des Lilas\nLyon",
    "billing-country": "FR",
    "billing-vat_id": "40 303 265 045",
}
KEPT = {
    "company": "Songs & Sons",
    "address": "4 rue des Lilas\nLyon",
    "country": "FR",
    "vat_id": "FR40303265045",
}


@pytest.fixture
def held(client, paid):
    client.defaults["HTTP_SEC_FETCH_SITE"] = OURS["Sec-Fetch-Site"]
    return booking_in(choose(client, (paid, 1)))


@pytest.fixture
def bought(client, sold):
    booking = sold()
    deliver_all()
    client.get(booking_link(booking), follow=True)
    return booking


def details_of(booking):
    return f"/bookings/{booking.reference}/invoice-details/"


def test_what_is_said_before_paying_is_kept_as_it_is_written_officially(client, held):
    answer = client.post(page_of(held), DETAILS | BUSINESS)

    assert answer.status_code == 302
    assert Booking.objects.get().billing == KEPT


def test_nothing_needs_to_be_said(client, held):
    client.post(page_of(held), DETAILS)

    assert Booking.objects.get().billing == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"billing-vat_id": "40 303 265 046"}, "This cannot be a VAT number of that country."),
        ({"billing-address": ""}, "Address: An invoice needs this."),
        ({"billing-country": ""}, "Country: An invoice needs this."),
        ({"billing-company": ""}, "Name on the invoice: Please give a name or a company."),
        ({"billing-vat_id": "1", "billing-address": ""}, "VAT number: This cannot be a VAT number"),
        ({"billing-country": "XA"}, "Country: Select a valid choice."),
    ],
)
def test_what_an_invoice_lacks_is_said_and_nothing_is_lost(client, held, change, words):
    answer = client.post(page_of(held), DETAILS | BUSINESS | change)

    text = text_of(answer)
    assert (answer.status_code, words in text) == (400, True)
    assert ("Songs &amp; Sons" in answer.text) == ("billing-company" not in change)
    assert '<details class="elsewhere" open>' in answer.text
    assert Booking.objects.get().billing == {}


def test_more_time_keeps_what_was_half_typed(client, held):
    answer = client.post(page_of(held), {"more_time": "1", "billing-company": "Songs"})

    assert ('value="Songs"' in answer.text, "An invoice needs" in answer.text) == (True, False)


def test_a_free_booking_is_asked_for_no_invoice_details(client, free):
    client.defaults["HTTP_SEC_FETCH_SITE"] = OURS["Sec-Fetch-Site"]
    booking = booking_in(choose(client, (free, 1)))

    assert "Invoice details" not in client.get(page_of(booking)).text


def test_details_after_the_invoice_make_a_credit_note_and_another_invoice(client, bought):
    assert details_of(bought) in client.get(page_of(bought)).text

    answer = client.post(details_of(bought), BUSINESS, follow=True)
    client.post(details_of(bought), BUSINESS)  # the same again changes nothing

    first, note, second = Invoice.objects.order_by("number")
    assert "The invoice details are kept." in text_of(answer)
    assert [first.kind, note.kind, second.kind] == [
        DocumentKind.INVOICE,
        DocumentKind.CREDIT_NOTE,
        DocumentKind.INVOICE,
    ]
    assert second.facts["buyer"] == {"name": "Ada Attendee", "postal_code": "", **KEPT}
    assert first.facts["buyer"]["company"] == ""


def test_details_before_the_invoice_is_issued_are_those_of_the_invoice(client, sold):
    booking = sold()
    client.get(booking_link(booking), follow=True)

    client.post(details_of(booking), BUSINESS)
    deliver_all()

    assert Invoice.objects.get().facts["buyer"]["vat_id"] == "FR40303265045"


def test_an_invoice_is_corrected_a_few_times_only(client, bought):
    for number in range(MOST_CORRECTIONS):
        client.post(details_of(bought), BUSINESS | {"billing-company": f"Songs {number}"})

    answer = client.post(details_of(bought), BUSINESS)

    assert (answer.status_code, "Please write to the organizer" in answer.text) == (400, True)
    invoices = Invoice.objects.filter(kind=DocumentKind.INVOICE)
    assert invoices.count() == MOST_CORRECTIONS + 1
    assert Booking.objects.get().billing["company"] == f"Songs {MOST_CORRECTIONS - 1}"


def test_nobody_else_sees_the_details(stranger, bought, client):
    client.post(details_of(bought), BUSINESS)
    client.cookies.clear()
    client.force_login(stranger)

    assert client.get(details_of(bought)).status_code == 404
