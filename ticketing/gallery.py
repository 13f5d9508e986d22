"""What the gallery shows: made-up contents for every component, in every state."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from events.media.covers import draw_cover
from events.media.queries import Picture
from ticketing.core.money import Money

COLOURS = {
    "paper": gettext_lazy("the page"),
    "sheet": gettext_lazy("fields"),
    "ink": gettext_lazy("text"),
    "ink-soft": gettext_lazy("what matters less"),
    "line": gettext_lazy("hairlines"),
    "edge": gettext_lazy("edges of fields"),
    "accent": gettext_lazy("what to do"),
    "accent-wash": gettext_lazy("behind the accent"),
    "poster": gettext_lazy("the poster"),
    "night": gettext_lazy("the band for organizers"),
    "info": gettext_lazy("good to know"),
    "success": gettext_lazy("done"),
    "warning": gettext_lazy("please note"),
    "danger": gettext_lazy("failed, or cannot be undone"),
}
SPACES = (1, 2, 3, 4, 6, 8, 12, 16, 24)
NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier"


class DemoForm(forms.Form):
    """One field of each kind that a ticket shop has."""

    name = forms.CharField(
        label=gettext_lazy("Name on the ticket"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    mail = forms.EmailField(
        label=gettext_lazy("Email"),
        help_text=gettext_lazy("Your tickets go to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=[
            ("", gettext_lazy("Choose a country")),
            ("BE", gettext_lazy("Belgium")),
            ("FR", gettext_lazy("France")),
        ],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the organizer"),
        help_text=gettext_lazy("What you need to come in with ease: a step-free way, a seat."),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How you pay"),
        choices=[("card", gettext_lazy("By card")), ("transfer", gettext_lazy("By transfer"))],
        widget=forms.RadioSelect,
    )
    terms = forms.BooleanField(label=gettext_lazy("I have read the terms of the organizer"))

    def clean(self) -> dict[str, Any] | None:
        if self.is_bound and self.data.get("mail") == "":
            self.add_error(None, _("This order is too large for a payment by transfer."))
        return self.cleaned_data


class DemoPlaces(forms.Form):
    """How many of each kind of ticket."""

    standing = forms.TypedChoiceField(coerce=int, choices=[(n, n) for n in range(9)])
    seated = forms.TypedChoiceField(coerce=int, choices=[(n, n) for n in range(3)])
    young = forms.TypedChoiceField(coerce=int, choices=[(n, n) for n in range(9)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standing"].label = _("Standing")
        self.fields["seated"].label = _("Seated, balcony")
        self.fields["young"].label = LONG


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    wrong = {"name": "Ada", "mail": "", "country": "XX", "message": "…" * 201}
    filled = {"name": "Ada Lovelace", "mail": "ada@example.org", "country": "FR", "way": "card"}
    locked = DemoForm(initial=filled, auto_id="locked_%s")
    for field in locked.fields.values():
        field.disabled = True
    pages = Paginator(range(230), 10)
    direction = request.GET.get("dir")
    return {
        "direction": direction if direction in {"rtl", "ltr"} else "",
        "colours": COLOURS,
        "spaces": SPACES,
        "long": LONG,
        "empty_form": DemoForm(auto_id="empty_%s"),
        "wrong_form": DemoForm(wrong, auto_id="wrong_%s"),
        "locked_form": locked,
        "places": DemoPlaces({"standing": 2, "seated": 7, "young": 0}, auto_id="places_%s"),
        "prices": [Money(4200, "EUR"), Money(1850, "EUR"), Money(123456789, "EUR")],
        "free": Money.zero("EUR"),
        "yen": Money(12000, "JPY"),
        "dinar": Money(7250, "KWD"),
        "cards": demo_cards(),
        "pictures": demo_pictures(),
        "until": timezone.make_aware(datetime(2027, 5, 14, 19, 42)),  # noqa: DTZ001 - made aware just around it
        "steps": [{"label": _("Events"), "address": "#top"}, {"label": LONG, "address": "#top"}],
        "page": pages.page(7),
        "page_numbers": list(pages.get_elided_page_range(7)),
        **demo_table(),
    }


def demo_cards() -> Sequence[dict[str, Any]]:
    place = {"address": "#cards", "starts_at": "2027-05-14T20:00+02:00"}
    when = _("Friday 14 May, 20:00")
    euros = Money(1850, "EUR")
    return [
        {**place, "title": _("Quiet songs"), "when": when, "where": "Le Lieu, Lyon", "price": euros},
        {**place, "title": _("A night of brass"), "when": when, "where": "Halle 7, Gent",
         "price": euros, "is_from": True, "status": _("Few left"), "status_kind": "warning"},
        {**place, "title": _("Open rehearsal"), "when": when, "where": "Studio 2, Namur",
         "price": Money.zero("EUR"), "status": _("On sale"), "status_kind": "success"},
        {**place, "title": _("Dances until late"), "when": _("14 May, 20:00, Lisbon time"),
         "where": "Lisboa", "price": euros, "status": _("Sold out"), "status_kind": "error"},
        {**place, "title": LONG, "when": when, "where": f"{LONG}, Wien", "price": euros},
        {**place, "title": "ليلة الموسيقى العربية", "when": when, "where": "بيروت", "price": euros},
    ]  # fmt: skip


def demo_pictures() -> Sequence[Picture]:
    """One that is there, one that still comes, one that is cut with its right side in view."""
    there, wide = drawn_picture(480), drawn_picture(960)
    return [
        Picture(_("A picture that is there"), 480, 270, "#26235a", there, f"{there} 480w"),
        Picture(_("Its colour while it still comes"), 480, 270, "#4a1230", NOTHING, f"{NOTHING} 1w"),
        Picture(
            _("Cut, with its right side in view"), 960, 270, "#26235a", wide, f"{wide} 960w",
            focal_x=100,
        ),
    ]  # fmt: skip


@cache
def drawn_picture(width: int) -> str:
    content = draw_cover("Ticketing", seed="gallery", size=(width, 270))
    return f"data:image/png;base64,{b64encode(content).decode()}"


def demo_table() -> dict[str, Any]:
    def row(*texts: object) -> list[dict[str, Any]]:
        return [{"text": text, "is_number": at > 0} for at, text in enumerate(texts)]

    return {
        "columns": row(_("Ticket"), pgettext("how many", "Number"), _("Price"), _("Sum")),
        "rows": [
            row(_("Standing"), 2, "18,50 €", "37,00 €"),
            row(_("Seated, balcony"), 11, "42,00 €", "462,00 €"),
            row(LONG, 1, "0,00 €", "0,00 €"),
        ],
        "foot": row(_("Together"), 14, "", "499,00 €"),
    }
