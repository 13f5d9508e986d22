"""What a price is about in another currency: by which rates, how rounded, and from where."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.models import Entry
from accounts.domain.people import StaffAlone
from events.domain.rates import (
    CurrencyUnclear,
    DayToCome,
    RateUnclear,
    about,
    keep_rates,
    set_rate,
)
from events.enums import RateSource
from events.models import Rate
from events.rates import fetching
from events.rates.reading import FileUnclear, RateOfDay, rates_in
from events.tasks import fetch_rates
from tests.events.factories import NOW
from tests.kit.receiver import receiver
from ticketing.core.money import Money
from ticketing.core.resilience import Line, NoAnswer

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
ECB_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube><Cube time='2026-05-29'>
    <Cube currency='USD' rate='1.1052'/><Cube currency='JPY' rate='171.16'/>
  </Cube></Cube>
</gesmes:Envelope>"""
ECB_CSV = b"""Date,USD,JPY,LTL,CHF,
2026-05-29,1.1052,171.16,N/A,0.9341,
2005-01-03,1.3507,138.79,3.4528,N/A,
"""


@pytest.fixture(autouse=True)
def _line(monkeypatch):
    """Whose fuse no other test has blown."""
    monkeypatch.setattr(fetching, "line", Line("rates", errors=fetching.line.errors))


def keep(currency, rate, *, days_ago=0, source=RateSource.ECB):
    day = TODAY - timedelta(days=days_ago)
    Rate.objects.create(currency=currency, rate=Decimal(rate), day=day, source=source)


@pytest.mark.parametrize(
    ("money", "currency", "expected"),
    [
        (Money(2500, "EUR"), "USD", Money(2763, "USD")),  # 27.63
        (Money(2763, "USD"), "EUR", Money(2500, "EUR")),
        (Money(2500, "USD"), "JPY", Money(3872, "JPY")),  # through the euro, no decimals
        (Money(3872, "JPY"), "KWD", Money(7666, "KWD")),  # three decimals
        (Money(1, "JPY"), "USD", Money(1, "USD")),  # 0.0065 is more than half a cent
        (Money(-2500, "EUR"), "USD", Money(-2763, "USD")),
        (Money(10**14, "EUR"), "JPY", Money(171_160_000_000_000, "JPY")),
    ],
)
def test_a_price_is_exchanged_through_the_euro_and_rounded_as_the_other_money_is(
    money, currency, expected
):
    keep("USD", "1.1052")
    keep("JPY", "171.16")
    keep("KWD", "0.33888")

    assert about(money, currency, on=TODAY) == (expected, TODAY)


def test_the_latest_rate_counts_that_is_not_of_a_later_day(django_assert_num_queries):
    keep("USD", "1.2", days_ago=-1)
    keep("USD", "1.1", days_ago=2)
    keep("USD", "1.0", days_ago=3)
    keep("CHF", "2", days_ago=1)

    with django_assert_num_queries(1):
        found = about(Money(1000, "CHF"), "USD", on=TODAY)

    assert found == (Money(550, "USD"), TODAY - timedelta(days=2))


@pytest.mark.parametrize(
    ("source", "days_ago", "is_known"),
    [("ecb", 6, True), ("ecb", 7, False), ("manual", 30, True), ("manual", 31, False)],
)
def test_a_rate_that_is_too_old_says_nothing(source, days_ago, is_known):
    keep("XOF", "655.957", days_ago=days_ago, source=source)

    assert (about(Money(1000, "EUR"), "XOF", on=TODAY) is not None) == is_known


@pytest.mark.parametrize("currency", ["EUR", "NGN", "ABC", ""])
def test_without_a_rate_there_is_no_answer(currency):
    keep("USD", "1.1")

    assert about(Money(1000, "EUR"), currency, on=TODAY) is None


def test_what_was_entered_by_hand_stands_before_the_banks_of_the_same_day():
    keep("USD", "1.1")
    keep("USD", "1.2", source=RateSource.MANUAL)

    assert about(Money(1000, "EUR"), "USD", on=TODAY) == (Money(1200, "USD"), TODAY)


# --- Files -------------------------------------------------------------------------------------


def test_both_files_of_the_bank_are_read_and_say_the_same():
    day = date(2026, 5, 29)
    usd, jpy = RateOfDay("USD", day, Decimal("1.1052")), RateOfDay("JPY", day, Decimal("171.16"))

    assert rates_in(ECB_XML) == [usd, jpy]
    assert rates_in(ECB_CSV) == [
        usd,
        jpy,
        RateOfDay("CHF", day, Decimal("0.9341")),
        RateOfDay("USD", date(2005, 1, 3), Decimal("1.3507")),
        RateOfDay("JPY", date(2005, 1, 3), Decimal("138.79")),
    ]


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<html><body>Sorry</body></html>",
        b"<Envelope>",
        b"Date,USD\n2026-05-29,NaN\n",
        b"Date,USD\n2026-05-29,-1\n",
        b"Date,USD\n29 May,1.1\n",
        b"Date,USD\n",
        b"\xff\xfe\x00",
        ECB_XML.replace(b"1.1052", b"0"),
        ECB_XML.replace(b"<gesmes:Env", b'<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<gesmes:Env', 1),
        ECB_XML.replace(
            b"<gesmes:Env", b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<gesmes:Env', 1
        ),
    ],
)
def test_what_is_no_file_of_the_bank_is_refused(file):
    with pytest.raises(FileUnclear):
        rates_in(file)


def test_a_file_is_taken_over_twice_and_what_it_says_now_counts(tmp_path: Path, capsys):
    file = tmp_path / "eurofxref-daily.xml"
    file.write_bytes(ECB_XML)
    call_command("import_rates", str(file))
    file.write_bytes(ECB_XML.replace(b"1.1052", b"1.2000"))

    call_command("import_rates", str(file))

    kept = Rate.objects.order_by("currency").values_list("currency", "rate", "source")
    assert list(kept) == [("JPY", Decimal("171.16"), "ecb"), ("USD", Decimal("1.2"), "ecb")]
    assert "2 rates are kept, the latest of 2026-05-29." in capsys.readouterr().out


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path):
    file = tmp_path / "rates.xml"
    file.write_bytes(b"<no")

    with pytest.raises(CommandError, match="FileUnclear"):
        call_command("import_rates", str(file))
    with pytest.raises(CommandError, match="RATES_URL"):
        call_command("import_rates")


def test_the_daily_task_fetches_what_is_published(settings):
    with receiver(page=ECB_XML) as bank:
        settings.RATES_URL = bank.url
        fetch_rates.run()

    assert Rate.objects.count() == 2


def test_what_is_larger_than_any_list_is_not_read_to_its_end(settings, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 100)
    with receiver(page=ECB_XML) as bank:
        settings.RATES_URL = bank.url
        with pytest.raises(fetching.TooLarge):
            fetching.fetch_file()
        fetch_rates.run()

    assert Rate.objects.count() == 0


@pytest.mark.parametrize("status", [404, 500, 302])
def test_an_answer_that_is_none_leaves_the_rates_as_they_were(settings, status):
    with receiver(page=ECB_XML) as bank:
        settings.RATES_URL = bank.url
        bank.answers = [(status, {"Location": "/elsewhere"})] * 6
        with pytest.raises(NoAnswer):
            fetching.fetch_file()
        fetch_rates.run()

    assert Rate.objects.count() == 0


# --- By hand -----------------------------------------------------------------------------------


def test_staff_enter_a_rate_and_correct_it_and_both_are_written_down(staff):
    for rate in ("655.957", "656"):
        set_rate("xof", day=TODAY, rate=Decimal(rate), by=staff, now=NOW)

    row = Rate.objects.get()
    assert (row.currency, row.rate, row.source) == ("XOF", Decimal(656), RateSource.MANUAL)
    entries = Entry.objects.filter(action="rates.set")
    assert entries.count() == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"currency": "EUR"}, CurrencyUnclear),
        ({"currency": "ABC"}, CurrencyUnclear),
        ({"rate": Decimal(0)}, RateUnclear),
        ({"rate": Decimal(-1)}, RateUnclear),
        ({"rate": Decimal("0.000000001")}, RateUnclear),
        ({"rate": Decimal("NaN")}, RateUnclear),
        ({"day": TODAY + timedelta(days=1)}, DayToCome),
    ],
)
def test_what_is_no_rate_is_refused(staff, change, error):
    facts = {"currency": "XOF", "rate": Decimal("655.957"), "day": TODAY} | change

    with pytest.raises(error):
        set_rate(facts.pop("currency"), **facts, by=staff, now=NOW)


def test_only_staff_enter_rates(organizer):
    with pytest.raises(StaffAlone):
        set_rate("XOF", day=TODAY, rate=Decimal("655.957"), by=organizer, now=NOW)


def test_a_file_of_many_days_costs_a_statement_for_thousands(django_assert_max_num_queries):
    rates = [
        RateOfDay("USD", TODAY - timedelta(days=number), Decimal("1.1")) for number in range(9_000)
    ]

    with django_assert_max_num_queries(8):
        assert keep_rates(rates) == 9_000
