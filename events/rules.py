"""What a value of the catalogue must look like, wherever it comes from."""

import re
from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ticketing.core.money import EXPONENTS

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
COLOUR = r"^#[0-9a-f]{6}$"
# A bound far above every real price keeps sums of any booking within the column.
HIGHEST_PRICE = 10**12


@cache
def known_timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def validate_timezone(name: str) -> None:
    if name not in known_timezones():
        raise ValidationError(_("There is no time zone of this name."), code="timezone")


def validate_currency(code: str) -> None:
    if code not in EXPONENTS:
        raise ValidationError(_("There is no currency with this code."), code="currency")


def validate_language(code: str) -> None:
    if not LANGUAGE.fullmatch(code):
        raise ValidationError(_("This is no code of a language."), code="language")
