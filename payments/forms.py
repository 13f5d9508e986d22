"""To whom the invoice is: before paying, and afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.admin.fields import countries
from payments.domain.billing import checked_billing, faults_of
from ticketing.core.problems import add_to_form

# What CLDR names beside countries: unions, the unknown, and letters for testing.
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def line(label: Any, *, most: int, autocomplete: str, **facts: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget, **facts)


class BillingForm(forms.Form):
    """All of it may stay empty; whoever begins is told what an invoice needs."""

    company = line(_("Company"), most=200, autocomplete="billing organization")
    name = line(_("Name on the invoice"), most=200, autocomplete="billing name")
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Street and town, as on an envelope."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "billing street-address"}),
    )
    postal_code = line(_("Postal code"), most=20, autocomplete="billing postal-code")
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "billing country"}),
    )
    vat_id = line(
        _("VAT number"),
        most=40,
        autocomplete="off",
        help_text=_("Of a business: with or without the letters of the country."),
    )

    prefix = "billing"

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="id-%s", use_required_attribute=False)
        real = [one for one in countries() if one[0] not in NO_COUNTRIES]
        self.fields["country"].choices = [("", "–"), *real]  # type: ignore[attr-defined] # of a ChoiceField

        if data is None:
            self.say_what_is_needed()

    def clean(self) -> dict[str, Any]:
        for fault in [] if self.errors else faults_of(self.cleaned_data):
            add_to_form(self, fault)
        self.say_what_is_needed()
        return self.cleaned_data if self.errors else checked_billing(self.cleaned_data)

    def say_what_is_needed(self) -> None:
        """Beside the labels; whether somebody wants an invoice at all, the domain looks at."""
        for name in ("address", "country"):
            self.fields[name].required = True
