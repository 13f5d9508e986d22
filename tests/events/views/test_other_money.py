"""Prices also in another currency: for who asks, by addresses that are the same for everybody."""

from datetime import timedelta
from decimal import Decimal

import pytest

from events.models import Rate
from tests.events.factories import NOW, TicketTypeFactory
from tests.kit.pages import text_of

pytestmark = pytest.mark.django_db
PAGE = "/events/quiet-songs/"


@pytest.fixture(autouse=True)
def _rates(db):
    day = NOW.date() - timedelta(days=1)
    Rate.objects.create(currency="USD", day=day, rate=Decimal("1.1052"), source="ecb")


def test_page_says_what_each_price_is_about_and_of_which_day_the_rate_is(client, shown):
    TicketTypeFactory(event=shown, name="Children", kind="free")

    text = text_of(client.get(PAGE, {"in": "USD"}))

    assert "€20.00 about $22.10" in text
    assert text.count("about $") == 1
    assert "by the exchange rate of 31 May 2026. You pay in EUR." in text


def test_page_is_kept_for_each_currency_and_costs_one_statement_more(
    client, shown, django_assert_num_queries
):
    with django_assert_num_queries(4):
        first = client.get(PAGE, {"in": "USD"})
    client.cookies["in_currency"] = "USD"

    with django_assert_num_queries(0):
        again = client.get(PAGE, {"in": "USD"})
    plain = client.get(PAGE)

    assert again.content == first.content
    assert not first.cookies
    assert "about $" not in plain.text


@pytest.mark.parametrize("wanted", ["EUR", "", "usd", "KWD", "<b>"])
def test_what_is_not_offered_is_as_if_nobody_had_asked(client, shown, wanted):
    text = text_of(client.get(PAGE, {"in": wanted}))

    assert "about" not in text.lower()


def test_page_says_when_there_is_no_rate(client, shown):
    text = text_of(client.get(PAGE, {"in": "NGN"}))

    assert "There is no exchange rate of these days for NGN." in text


def test_tickets_alone_say_the_same(client, shown):
    assert "about $22.10" in client.get(f"{PAGE}tickets/", {"in": "USD"}).text


def test_an_event_that_costs_nothing_offers_no_other_money(client, shown):
    shown.ticket_types.update(price=0, kind="free")

    assert "Prices in another currency" not in client.get(PAGE).text


def test_a_currency_is_chosen_once_and_remembered_by_the_browser(client, shown):
    page = f"{PAGE}currency/"
    assert "USD · US Dollar" in client.get(page).text

    chosen = client.post(page, {"currency": "USD"})
    again = client.get(page)
    dropped = client.post(page, {"currency": "EUR"})

    assert chosen["Location"] == f"{PAGE}?in=USD#tickets"
    cookie = chosen.cookies["in_currency"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("USD", "Lax", "")
    assert '<option value="USD" selected>' in again.text
    assert (dropped["Location"], dropped.cookies["in_currency"].value) == (f"{PAGE}#tickets", "")


@pytest.mark.parametrize("currency", ["KWD", "", "x; Path=/"])
def test_what_is_not_offered_cannot_be_chosen(client, shown, currency):
    answer = client.post(f"{PAGE}currency/", {"currency": currency})

    assert (answer.status_code, "in_currency" in answer.cookies) == (200, False)


def test_nobody_chooses_for_a_private_event_who_may_not_see_it(client, private):
    assert client.get("/events/a-wedding/currency/").status_code == 404


def test_rates_are_for_everybody_and_kept(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/api/v1/rates")
    with django_assert_num_queries(0):
        again = client.get("/api/v1/rates", headers={"If-None-Match": answer["ETag"]})

    assert answer.json() == {
        "base": "EUR",
        "next": None,
        "previous": None,
        "results": [{"currency": "USD", "rate": "1.1052", "date": "2026-05-31", "source": "ecb"}],
    }
    assert "s-maxage=3600" in answer["Cache-Control"]
    assert again.status_code == 304
