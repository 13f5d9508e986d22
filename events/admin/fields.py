"""How the back office asks for money, moments, and codes out of long lists."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import to_current_timezone
from django.utils import timezone
from django.utils.formats import sanitize_separators
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelect2Widget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from events.rules import HIGHEST_PRICE, known_timezones
from ticketing.core.money import EXPONENTS, Money

Choices = list[tuple[str, Any]]
# What comes first in the list of currencies: most prices are in one of these.
USUAL_CURRENCIES = ["EUR", "GBP", "CHF", "USD", "CAD", "AUD", "JPY"]


class MoneyField(forms.CharField):
    """Typed in the currency's major unit (12.50), kept in its smallest (1250)."""

    currency = "EUR"

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "money"}
        kwargs.setdefault("widget", UnfoldAdminTextInputWidget(attrs=attrs))
        super().__init__(**kwargs)

    def in_currency(self, code: str) -> None:
        self.currency = code
        self.widget.attrs["suffix"] = code

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        text = str(sanitize_separators(str(value))).replace(" ", "").replace(",", ".")
        try:
            minor = Money.of(Decimal(text), self.currency).minor
        except InvalidOperation:
            raise ValidationError(_("Please enter an amount, as in 12.50.")) from None
        except ValueError:
            raise ValidationError(
                _("%(currency)s has no coins as small as that."),
                params={"currency": self.currency},
            ) from None
        if minor < 0:
            raise ValidationError(_("Please enter an amount that is not negative."))
        if minor > HIGHEST_PRICE:
            raise ValidationError(_("This is more than a price can be."))
        return minor

    def prepare_value(self, value: Any) -> Any:
        return f"{Money(value, self.currency).amount:f}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        classes = " ".join(INPUT_CLASSES)
        super().__init__(attrs={"class": classes, **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """To the minute, on the clock of the place: whoever shows the form switches to its zone."""

    widget = MomentInput

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return to_current_timezone(value).replace(second=0, microsecond=0)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Seconds are never shown, so that nobody can have changed them."""
        if isinstance(initial, datetime):
            initial = initial.replace(second=0, microsecond=0)
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


FIELDS: dict[Any, Any] = {
    models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
}


class MarkdownInput(UnfoldAdminTextareaWidget):
    template_name = "admin/events/widgets/markdown.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"rows": 12, **(attrs or {}), "class": "markdown"})


class ColourInput(UnfoldAdminTextInputWidget):
    template_name = "admin/events/widgets/colour.html"


class LinesField(forms.CharField):
    """A list, one entry a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        lines = value.splitlines() if isinstance(value, str) else value or []
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


def one_of(
    choices: Callable[[], Choices], *, label: Any, help_text: Any = "", required: bool = True
) -> forms.ChoiceField:
    """A field that is searched rather than scrolled."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=required,
        widget=UnfoldAdminSelect2Widget(),
    )


def keep_known(field: forms.ChoiceField, value: str) -> None:
    """Let stay what is stored although the list has it no more."""
    choices: Choices = list(field.choices)  # type: ignore[arg-type] # what Django gives back is a list
    if value and value not in {code for code, _name in choices}:
        field.choices = [*choices, (value, value)]


def zones(empty: Any = None) -> Choices:
    return [*([("", empty)] if empty else []), *_zones()]


@cache
def _zones() -> Choices:
    names = (name for name in known_timezones() if "/" in name or name == "UTC")
    outdated = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/", "posix/")
    return [
        (name, name.replace("_", " ")) for name in sorted(names) if not name.startswith(outdated)
    ]


def currencies() -> Choices:
    return _named("currencies", get_language() or "en")


def countries() -> Choices:
    return _named("territories", get_language() or "en")


def languages() -> Choices:
    return _named("languages", get_language() or "en")


@cache
def _named(what: str, language: str) -> Choices:
    names: dict[str, str] = getattr(Locale.parse(language.replace("-", "_")), what)
    if what == "currencies":
        codes = [*USUAL_CURRENCIES, *sorted(set(EXPONENTS) - set(USUAL_CURRENCIES))]
        return [(code, f"{code} · {names[code]}") for code in codes if code in names]
    if what == "territories":
        two = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
        return sorted(two.items(), key=lambda one: one[1])
    short = {code: name for code, name in names.items() if len(code) == 2}
    return sorted(((code, name.capitalize()) for code, name in short.items()), key=lambda o: o[1])


def clock_of(zone: str) -> Any:
    """Whose time the moments of a form are."""
    return _("Time in %(zone)s.") % {"zone": zone.replace("_", " ")}


def here() -> str:
    return timezone.get_current_timezone_name()
