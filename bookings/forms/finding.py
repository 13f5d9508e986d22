"""Which address the links of bookings are sent to again."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FindForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one you booked with."),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        ),
    )
