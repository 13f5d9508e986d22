"""What other apps have put into the pages of a booking."""

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from bookings.models import Booking
from bookings.slots import booking_parts, giving_up_parts, office_parts

register = template.Library()
PLACES = {"booking": booking_parts, "giving_up": giving_up_parts, "office": office_parts}


@register.simple_tag
def filled(place: str, booking: Booking) -> SafeString:
    now = timezone.now()
    shown = [(part.template, part.facts(booking, now)) for part in PLACES[place]]
    parts = [render_to_string(template, facts) for template, facts in shown if facts is not None]
    return mark_safe("".join(parts))  # noqa: S308 - templates, which escape what is in them
