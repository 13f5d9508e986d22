"""“Send me my links again”: what is answered is the same for every address."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render

from bookings.domain.finding_again import ask_for_links
from bookings.forms.finding import FindForm
from ticketing.core.views import UseCaseView


class FindBookings(UseCaseView):
    template_name = "bookings/find.html"
    form_class = FindForm

    def act(self, form: Form) -> HttpResponse:
        email = form.cleaned_data["email"]
        ask_for_links(email=email)
        return render(self.request, "bookings/find_sent.html", {"email": email})

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"use_required_attribute": False}
