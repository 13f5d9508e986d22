"""What a booking costs, in currencies without, with two and with three decimals."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.domain.prices import (
    Discount,
    Line,
    PriceTooHigh,
    PriceTooLow,
    Terms,
    compute_price,
)
from events.enums import CodeKind, TaxKind, TicketKind
from events.models import Code, Fee, TicketType
from events.rules import HIGHEST_PRICE

CURRENCIES = ["JPY", "EUR", "KWD"]
TWENTY = {TaxKind.STANDARD: Decimal(20)}
percents = st.decimals(0, 100, places=2, allow_nan=False)
prices = st.integers(0, 10**9)


def paid(price=2000, **facts):
    kind = TicketKind.PAID if price else TicketKind.FREE
    return TicketType(**{"kind": kind, "price": price, "tax_kind": TaxKind.STANDARD, **facts})


def percent_off(percent):
    return Discount(Code(kind=CodeKind.PERCENT, percent=Decimal(percent)))


def amount_off(amount):
    return Discount(Code(kind=CodeKind.FIXED, amount=amount))


def figures(price):
    (line,) = price.lines
    return (line.unit_price, line.discount, line.fees, line.tax, line.total)


lines = st.lists(
    st.builds(
        lambda price, quantity, own, kind, tax: Line(
            TicketType(
                id=uuid4(),
                kind=kind,
                price=0 if kind == TicketKind.FREE else max(price, 1),
                tax_kind=tax,
            ),
            quantity,
            own if kind == TicketKind.OWN_PRICE else None,
        ),
        prices, st.integers(1, 100), st.none() | prices,
        st.sampled_from(list(TicketKind)), st.sampled_from(list(TaxKind)),
    ),
    min_size=1, max_size=5,
)  # fmt: skip
terms = st.builds(
    lambda currency, is_included, fees, standard, reduced: Terms(
        currency, is_included, fees, {TaxKind.STANDARD: standard, TaxKind.REDUCED: reduced}
    ),
    st.sampled_from(CURRENCIES),
    st.booleans(),
    st.lists(
        st.builds(
            lambda percent, amount, is_included: Fee(
                percent=percent, amount=amount, is_included=is_included
            ),
            percents, st.integers(0, 10_000), st.booleans(),
        ),
        max_size=3,
    ),
    percents, percents,
)  # fmt: skip
discounts = st.none() | percents.map(percent_off) | st.integers(1, 10**9).map(amount_off)


@given(lines, terms, discounts)
def test_sums_agree_and_nothing_is_below_zero(lines, terms, discount):
    price = compute_price(lines, terms, discount)

    assert price.total == sum(line.unit_price * line.quantity for line in price.lines)
    assert price.tax == sum(line.tax for line in price.lines)
    for line in price.lines:
        assert 0 <= line.tax <= line.total
        assert 0 <= line.fees <= line.total
        assert line.discount >= 0
        assert {type(part) for part in (line.unit_price, line.tax, line.fees, line.total)} == {int}


@given(lines, terms, discounts)
def test_a_code_never_makes_it_dearer(lines, terms, discount):
    assert compute_price(lines, terms, discount).total <= compute_price(lines, terms).total


@given(prices, st.integers(1, 100), percents, st.sampled_from(CURRENCIES))
def test_gross_prices_are_what_is_paid_whatever_the_tax(price, quantity, percent, currency):
    terms = Terms(currency, percents={TaxKind.STANDARD: percent})

    assert compute_price([Line(paid(price), quantity)], terms).total == price * quantity


@pytest.mark.parametrize(("currency", "tax"), [("JPY", 700), ("EUR", 700), ("KWD", 700)])
def test_two_for_2100_with_twenty_percent_contained(currency, tax):
    price = compute_price([Line(paid(2100), 2)], Terms(currency, percents=TWENTY))

    assert figures(price) == (2100, 0, 0, tax, 4200)
    assert (price.currency, price.total, price.tax) == (currency, 4200, 700)


def test_net_prices_are_shown_with_tax():
    terms = Terms("EUR", is_tax_included=False, percents=TWENTY)

    assert figures(compute_price([Line(paid(1000), 3)], terms)) == (1200, 0, 0, 600, 3600)


def test_fees_come_on_top_or_are_contained():
    on_top = Fee(percent=Decimal("2.5"), amount=50, is_included=False)
    contained = Fee(percent=Decimal(10), amount=0, is_included=True)

    price = compute_price([Line(paid(2000), 2)], Terms("EUR", fees=[on_top, contained]))

    assert figures(price) == (2100, 0, 600, 0, 4200)


@pytest.mark.parametrize(
    ("discount", "unit", "off"),
    [
        (percent_off("12.5"), 1750, 250),
        (percent_off(100), 0, 2000),
        (amount_off(500), 1500, 500),
        (amount_off(9999), 0, 2000),
        (Discount(Code(kind=CodeKind.ACCESS)), 2000, 0),
        (Discount(Code(kind=CodeKind.PERCENT, percent=Decimal(50)), {uuid4()}), 2000, 0),
    ],
    ids=["percent", "all", "amount", "more than it costs", "access", "another type"],
)  # fmt: skip
def test_what_a_code_takes_off_one_ticket(discount, unit, off):
    price = compute_price([Line(paid(2000), 1)], Terms("EUR"), discount)

    assert (price.lines[0].unit_price, price.discount) == (unit, off)


def test_what_costs_nothing_has_no_fees():
    fee = Fee(percent=Decimal(0), amount=100, is_included=False)
    whole = percent_off(100)

    assert compute_price([Line(paid(0), 4)], Terms("EUR", fees=[fee])).total == 0
    assert compute_price([Line(paid(2000), 4)], Terms("EUR", fees=[fee]), whole).total == 0


def test_people_pay_what_they_want_between_the_lowest_and_what_we_can_take():
    gift = TicketType(kind=TicketKind.OWN_PRICE, price=1500, min_price=500)

    def asked(own):
        return compute_price([Line(gift, 1, own)], Terms("EUR")).total

    assert (asked(None), asked(500), asked(4000)) == (1500, 500, 4000)
    with pytest.raises(PriceTooLow):
        asked(499)
    with pytest.raises(PriceTooLow):
        asked(-1)
    with pytest.raises(PriceTooHigh):
        asked(HIGHEST_PRICE + 1)


def test_46_a_price_from_outside_counts_only_where_people_choose_it():
    assert compute_price([Line(paid(2000), 1, own_price=1)], Terms("EUR")).total == 2000
