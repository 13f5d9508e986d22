"""What somebody paid over all their bookings, in their account."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.utils.translation import get_language
from django.views.generic import TemplateView

from bookings.views.choosing import person_of
from events.queries.words import best
from payments.queries import history_of
from payments.showing.history import movements

ON_A_PAGE = 25


class MyPayments(LoginRequiredMixin, TemplateView):
    template_name = "payments/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, language = person_of(self.request), get_language() or "en"
        assert person is not None
        rows = history_of(person, language=language)
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        paid = [
            {
                "booking": one.booking,
                "title": best(one.said, language).get("title") or one.booking.event.title,  # type: ignore[attr-defined] # annotated
                "movements": movements([one]),
            }
            for one in page
        ]
        numbers = page.paginator.get_elided_page_range(page.number)
        return super().get_context_data(page=page, numbers=numbers, paid=paid, **kwargs)
