from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.core.money import EXPONENTS, DifferentCurrencies, Money

amounts = st.integers(min_value=-(10**12), max_value=10**12)
currencies = st.sampled_from(sorted(EXPONENTS))
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [("EUR", 2), ("JPY", 0), ("XOF", 0), ("KWD", 3), ("ISK", 0), ("HUF", 2), ("CLF", 4)],
)
def test_exponent_is_that_of_iso_4217(currency, exponent):
    assert EXPONENTS[currency] == exponent


def test_currencies_of_the_product_are_all_known():
    wanted = [
        "USD",
        "CAD",
        "EUR",
        "GBP",
        "JPY",
        "AUD",
        "XOF",
        "GHS",
        "NGN",
        "MXN",
        "BRL",
        "INR",
        "SGD",
        "CNY",
    ]

    assert [code for code in wanted if code not in EXPONENTS] == []


def test_metals_and_testing_codes_are_no_money():
    for code in ("XAU", "XTS", "XXX", "eur", "", "EURO"):
        with pytest.raises(ValueError, match="no currency"):
            Money(1, code)


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", True, None])
def test_money_when_not_a_whole_number_is_refused(amount):
    with pytest.raises(TypeError, match="whole number"):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [("12.50", "EUR", 1250), ("500", "JPY", 500), ("1.234", "KWD", 1234), ("-0.01", "USD", -1)],
)
def test_of_reads_what_people_write(written, currency, minor):
    assert Money.of(written, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("written", "currency"), [("1.5", "JPY"), ("0.001", "EUR"), ("NaN", "EUR")]
)
def test_of_when_the_currency_cannot_show_it_refuses(written, currency):
    with pytest.raises(ValueError, match="cannot show"):
        Money.of(written, currency)


@given(amounts, currencies)
def test_amount_and_of_are_inverse(minor, currency):
    money = Money(minor, currency)

    assert Money.of(money.amount, currency) == money


@given(amounts, currencies, weights)
def test_split_sums_exactly_and_stays_within_one_unit_of_the_exact_part(minor, currency, weights):
    parts = Money(minor, currency).split(weights)

    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        exact = Decimal(minor) * weight / sum(weights)
        assert abs(part.minor - exact) < 1


def test_split_gives_the_rest_to_the_largest_remainders_then_to_the_first():
    assert [part.minor for part in Money(100, "EUR").split([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(10, "EUR").split([1, 2, 4])] == [1, 3, 6]
    assert [part.minor for part in Money(-100, "EUR").split([1, 1, 1])] == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0], [1, -1, 3]])
def test_split_when_weights_make_no_sense_refuses(weights):
    with pytest.raises(ValueError):  # noqa: PT011 - of an empty list Python itself complains
        Money(1, "EUR").split(weights)


def test_arithmetic_keeps_to_one_currency():
    assert Money(100, "EUR") + Money(50, "EUR") - Money(1, "EUR") == Money(149, "EUR")
    assert 3 * Money(100, "EUR") == Money(300, "EUR") == -Money(-300, "EUR")
    assert Money(1, "EUR") < Money(2, "EUR") <= Money(2, "EUR")
    with pytest.raises(DifferentCurrencies):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(DifferentCurrencies):
        assert Money(1, "EUR") < Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1, "EUR") + 1  # type: ignore[operator] # the point


@pytest.mark.parametrize(
    ("minor", "rate", "share"), [(1250, "0.2", 250), (25, "0.1", 3), (-25, "0.1", -3)]
)
def test_share_rounds_half_away_from_zero(minor, rate, share):
    assert Money(minor, "EUR").share(Decimal(rate)) == Money(share, "EUR")


@pytest.mark.parametrize(
    ("money", "locale", "shown"),
    [
        (Money(4200, "EUR"), "en", "€42.00"),
        (Money(4200, "EUR"), "fr", "42,00\xa0€"),
        (Money(4200, "CAD"), "fr-CA", "42,00\xa0$"),
        (Money(500, "JPY"), "ja", "￥500"),
        (Money(500, "JPY"), "en", "¥500"),
        (Money(1234, "KWD"), "en", "KWD\xa01.234"),
        (Money(123456, "HUF"), "en", "HUF\xa01,234.56"),
        (Money(-100, "USD"), "en", "-$1.00"),
        (Money(1500, "XOF"), "fr", "1\u202f500\xa0F\u202fCFA"),
    ],
)
def test_format_follows_the_language_and_keeps_the_currency_s_decimals(money, locale, shown):
    assert money.format(locale) == shown


@given(amounts, currencies, st.sampled_from(["en", "fr", "de", "hi", "ja", "pt_BR", "zh_CN"]))
def test_format_never_hides_a_minor_unit(minor, currency, locale):
    shown = Money(minor, currency).format(locale)

    digits = [str("0123456789".find(one)) for one in shown if one in "0123456789"]
    assert int("".join(digits)) == abs(minor)
