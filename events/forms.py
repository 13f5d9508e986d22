from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.search.finding import Ordering


class Days:
    """Which days somebody asks for, by a word."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    WEEK = "week"


RADII = (5, 10, 25, 50, 100)
USUAL_RADIUS = 25


class FindForm(forms.Form):
    """What can be asked of the list of events. Nothing is required; what is wrong is left out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "enterkeyhint": "search", "autocomplete": "off"}
        ),
    )
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[
            ("", _("Any day")),
            (Days.TODAY, _("Today")),
            (Days.TOMORROW, _("Tomorrow")),
            (Days.WEEKEND, _("This weekend")),
            (Days.WEEK, _("Next seven days")),
        ],
    )
    city = forms.CharField(
        label=_("City"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    category = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Everything"))])
    free = forms.BooleanField(label=_("Free of charge"), required=False)
    online = forms.BooleanField(label=_("Online"), required=False)
    ordering = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("Best first")),
            (Ordering("starts_at").value, _("Soonest first")),
            (Ordering("price").value, _("Cheapest first")),
            (Ordering("popular").value, _("Most popular first")),
        ],
    )
    radius_km = forms.TypedChoiceField(
        label=_("Within"),
        required=False,
        coerce=int,
        choices=[("" if km == USUAL_RADIUS else km, f"{km} km") for km in RADII],
    )
    near = forms.RegexField(
        regex=r"^-?\d{1,2}(\.\d{1,6})?,-?\d{1,3}(\.\d{1,6})?$",
        required=False,
        widget=forms.HiddenInput,
    )
    organizer = forms.SlugField(required=False, widget=forms.HiddenInput)
    country = forms.RegexField(regex=r"^[A-Za-z]{2}$", required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Any, *, categories: list[tuple[str, str]]) -> None:
        super().__init__(asked, use_required_attribute=False)
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["from"] = forms.DateField(label=_("From"), required=False, widget=day)
        self.fields["to"] = forms.DateField(label=_("To"), required=False, widget=day)
        kind = self.fields["category"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("Everything")), *categories]

    def clean_near(self) -> tuple[float, float] | None:
        text = self.cleaned_data["near"]
        if not text:
            return None
        latitude, longitude = map(float, text.split(","))
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise forms.ValidationError(_("This place is not on earth."))
        return latitude, longitude

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and last < first:
            self.add_error("to", _("The last day must not be before the first."))
        return self.cleaned_data

    @property
    def rest(self) -> list[forms.BoundField]:
        """What not everybody asks for."""
        names = ("from", "to", "category", "ordering", "radius_km", "free", "online")
        return [self[name] for name in names]

    @property
    def first_day(self) -> date | None:
        return self.cleaned_data.get("from")

    @property
    def last_day(self) -> date | None:
        return self.cleaned_data.get("to")


class AccessCodeForm(forms.Form):
    """What opens a private event."""

    code = forms.CharField(
        label=_("Access code"),
        help_text=_("You have it from whoever invited you."),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
