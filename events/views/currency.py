"""In which currency prices are said as well: chosen here, and remembered by the browser alone."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.showing.other_money import choices, remember, remembered_in
from events.showing.passes import has_pass
from events.views.event import published


class CurrencyForm(forms.Form):
    currency = forms.ChoiceField(
        label=gettext_lazy("Say prices also in"),
        help_text=gettext_lazy(
            "By the exchange rate of the last days. What you pay stays as it is."
        ),
    )

    def __init__(self, *args: Any, but: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = _("%(currency)s alone, as you pay") % {"currency": but}
        self.fields["currency"].choices = [(but, nothing), *choices(but, language)]  # type: ignore[attr-defined] # of a ChoiceField


@require_http_methods(["GET", "HEAD", "POST"])
def currency(request: HttpRequest, slug: str) -> HttpResponse:
    """Back to the tickets, at the address that says them in that currency."""
    shown = published(slug, now=timezone.now())
    if shown.is_private and not has_pass(request, shown.event):
        raise Http404
    form = CurrencyForm(
        request.POST if request.method == "POST" else None,
        but=shown.event.currency,
        language=shown.language,
        initial={"currency": remembered_in(request) or shown.event.currency},
        auto_id="id-%s",
        use_required_attribute=False,
    )
    if not form.is_valid():
        answer = render(request, "events/currency.html", {"shown": shown, "form": form})
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer
    wanted = form.cleaned_data["currency"]
    if wanted == shown.event.currency:
        wanted = ""
    page = reverse("event-inside" if shown.is_private else "event", args=[slug])
    return remember(
        redirect(f"{page}?in={wanted}#tickets" if wanted else f"{page}#tickets"), wanted
    )
