from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.scoped import person_of
from accounts.queries import people_in_numbers
from ticketing.core.dashboard import Card


def people_card(request: HttpRequest) -> Card | None:
    """For the platform's staff alone."""
    if not person_of(request).is_staff:
        return None
    numbers = people_in_numbers(now=timezone.now())
    return Card(_("People"), "admin/people_in_numbers.html", {"numbers": numbers}, width="full")
