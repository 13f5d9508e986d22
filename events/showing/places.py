"""Where an event is, in words and on a map."""

from urllib.parse import urlencode

from babel import Locale
from django.utils.translation import gettext as _

from events.models import Event, Venue
from events.showing.moments import locale_of

MAP = "https://www.openstreetmap.org"


def place_in_words(event: Event) -> str:
    """`Village hall, Lyon`, or that it is online; never the link, which tickets open."""
    if event.venue is None:
        return _("Online") if event.is_online else ""
    return f"{event.venue.name}, {event.venue.city}"


def address_lines(venue: Venue, language: str) -> list[str]:
    """Street; postal code and city; country."""
    town = " ".join(filter(None, [venue.postal_code, venue.city, venue.region]))
    country = Locale.parse(locale_of(language)).territories.get(venue.country, venue.country)
    return [line for line in [venue.street, town, country] if line]


def map_address(venue: Venue) -> str:
    if venue.latitude is not None and venue.longitude is not None:
        at = {"mlat": f"{venue.latitude:.6f}", "mlon": f"{venue.longitude:.6f}"}
        return f"{MAP}/?{urlencode(at)}#map=17/{venue.latitude:.5f}/{venue.longitude:.5f}"
    words = [venue.name, venue.street, venue.postal_code, venue.city, venue.country]
    return f"{MAP}/search?{urlencode({'query': ', '.join(filter(None, words))})}"
