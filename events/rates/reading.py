"""Rates as the European Central Bank publishes them: how much of a currency one euro is worth.

Two of its files: the XML of one or of ninety days, and the CSV of all days since 1999.
https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from ticketing.core.errors import InvalidInput
from ticketing.core.money import EXPONENTS

CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
# As much as the table keeps of one: 12 digits before the point and 8 after it.
MOST = Decimal(10) ** 12
PLACES = Decimal(1).scaleb(-8)


class FileUnclear(InvalidInput):
    code = "file_unclear"
    message = _("This is no file of rates as the European Central Bank writes it.")


@dataclass(frozen=True)
class RateOfDay:
    currency: str
    day: date
    rate: Decimal


def rates_in(file: bytes) -> list[RateOfDay]:
    """All rates of a file, whichever of the two it is. Of currencies that are no more (LTL, TRL)
    there are none. Raises FileUnclear."""
    is_xml = file.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    try:
        read = in_xml(file) if is_xml else in_csv(file.decode("utf-8-sig"))
        found = [one for one in read if one.currency in EXPONENTS and one.currency != "EUR"]
    except (ParseError, DefusedXmlException, ValueError, InvalidOperation) as error:
        raise FileUnclear from error
    if not found:
        raise FileUnclear
    return found


def in_xml(file: bytes) -> Iterator[RateOfDay]:
    """A document that brings definitions of its own is refused unread."""
    for of_day in fromstring(file, forbid_dtd=True).iter(CUBE):
        if "time" in of_day.attrib:
            day = date.fromisoformat(of_day.attrib["time"])
            for one in of_day.findall(CUBE):
                yield rate_of(one.attrib.get("currency", ""), day, one.attrib.get("rate", ""))


def in_csv(text: str) -> Iterator[RateOfDay]:
    """`Date,USD,JPY,…`, a line for each day; N/A where there was none."""
    rows = csv.reader(text.splitlines())
    names = [name.strip() for name in next(rows, [])]
    if names[:1] != ["Date"]:
        raise ValueError("a list of rates begins with Date")
    for row in rows:
        if not row:
            continue
        day = date.fromisoformat(row[0].strip())
        for name, written in zip(names[1:], row[1:], strict=False):
            if name and written.strip() not in {"", "N/A"}:
                yield rate_of(name, day, written.strip())


def is_rate(number: Decimal) -> bool:
    return number.is_finite() and PLACES <= number < MOST


def rate_of(currency: str, day: date, written: str) -> RateOfDay:
    rate = Decimal(written)
    if not is_rate(rate):
        raise ValueError(f"no rate: {currency} {written}")
    return RateOfDay(currency, day, rate.quantize(PLACES))
