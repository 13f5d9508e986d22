"""Prices also in another currency, for who chose one: by the address, since pages are the same for
everybody, or on pages of one's own by a cookie that is read nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from events.domain.rates import Exchange, exchange
from events.showing.moments import locale_of
from ticketing.core.money import Money

COOKIE = "in_currency"
A_YEAR = 365 * 24 * 3600
# Those of FEATURES and the franc; of which there is a rate, the table says.
OFFERED = (
    "AUD", "BRL", "CAD", "CHF", "CNY", "EUR", "GBP", "GHS", "INR", "JPY", "MXN", "NGN", "SGD",
    "USD", "XOF",
)  # fmt: skip


@dataclass(frozen=True)
class OtherMoney:
    currency: str
    language: str
    exchange: Exchange | None
    """None where there is no rate of these days: then the page says so."""

    def about(self, money: Money | None) -> Money | None:
        return self.exchange.about(money) if self.exchange and money else None

    @property
    def day(self) -> str:
        """Of the rate."""
        if self.exchange is None:
            return ""
        locale = locale_of(self.language)
        return str(format_date(self.exchange.day, "long", locale=locale))


def other_money(wanted: str, *, of: str, language: str, now: datetime) -> OtherMoney | None:
    """Nothing for who wants nothing else, and then nothing is asked of the database."""
    if wanted not in OFFERED or wanted == of:
        return None
    return OtherMoney(wanted, language, exchange(of, wanted, on=now.date()))


def asked_in(request: HttpRequest) -> str:
    return request.GET.get("in", "")


def remembered_in(request: HttpRequest) -> str:
    """For pages that are somebody's own; on others it would not be the same for everybody."""
    return request.GET.get("in") or request.COOKIES.get(COOKIE, "")


def remember[Answer: HttpResponse](answer: Answer, wanted: str) -> Answer:
    """In a cookie that the script of public pages can read."""
    if wanted:
        safe = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(COOKIE, wanted, max_age=A_YEAR, samesite="Lax", secure=safe)
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def choices(but: str, language: str) -> list[tuple[str, str]]:
    names = Locale.parse(locale_of(language).replace("-", "_")).currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in OFFERED if code != but]
