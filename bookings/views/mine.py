"""What somebody has booked, in their account."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import get_language
from django.views.generic import TemplateView

from bookings.queries.mine import bookings_of
from bookings.showing.mine import row_of
from bookings.views.choosing import person_of

ON_A_PAGE = 25


class MyBookings(LoginRequiredMixin, TemplateView):
    template_name = "bookings/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, language, now = person_of(self.request), get_language() or "en", timezone.now()
        assert person is not None
        rows = bookings_of(person, language=language, now=now)
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        shown = [row_of(one, language=language, now=now) for one in page]
        return super().get_context_data(
            page=page,
            numbers=page.paginator.get_elided_page_range(page.number),
            coming=[one for one in shown if not one.is_past],
            past=[one for one in shown if one.is_past],
            **kwargs,
        )
