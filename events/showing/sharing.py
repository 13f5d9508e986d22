"""How an event is passed on: plain links that work without any script of anybody's."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from events.showing.event import ShownEvent


@dataclass(frozen=True)
class Way:
    label: str
    address: str


def ways_to_share(shown: ShownEvent) -> list[Way]:
    words = f"{shown.title} – {shown.url}"
    mail = urlencode({"subject": shown.title, "body": f"{words}\n"}, quote_via=quote)
    return [
        Way(_("E-mail"), f"mailto:?{mail}"),
        Way("WhatsApp", f"https://wa.me/?{urlencode({'text': words}, quote_via=quote)}"),
        Way(
            "Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': shown.url})}"
        ),
    ]
