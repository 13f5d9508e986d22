"""Answers as they look, for the description of the API."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ID = "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d"
CARD: dict[str, Any] = {
    "id": ID,
    "slug": "quiet-songs",
    "title": "Quiet songs",
    "summary": "An evening of lullabies.",
    "category": {"slug": "music", "name": "Music"},
    "organizer": {"slug": "village-choir", "name": "Village Choir"},
    "venue": {
        "id": "019ab2c4-6a10-7000-8000-0c1b2d5a3e6f",
        "name": "Village Hall",
        "street": "1 Market Square",
        "postal_code": "38000",
        "city": "Grenoble",
        "region": "",
        "country": "FR",
        "latitude": "45.188529",
        "longitude": "5.724524",
        "timezone": "Europe/Paris",
        "directions": "Tram A, stop *Market*.",
    },
    "is_online": False,
    "starts_at": "2027-03-05T19:00:00Z",
    "ends_at": "2027-03-05T21:00:00Z",
    "doors_open_at": "2027-03-05T18:30:00Z",
    "timezone": "Europe/Paris",
    "status": "published",
    "postponed_from_at": None,
    "awaits_new_date": False,
    "series": None,
    "currency": "EUR",
    "price_from": 1200,
    "price_to": 3000,
    "cover": {
        "url": "https://tickets.example.org/media/019ab2c4/1600.jpg",
        "alt": "Forty people sing in a hall.",
        "width": 1600,
        "height": 900,
        "colour": "#7a2e8f",
    },
}
SEAT: dict[str, Any] = {
    "id": "019ab2c4-8e60-7000-8000-6f0c1b2d5a3e",
    "name": "Seat",
    "description": "",
    "kind": "paid",
    "price": 1200,
    "tax": 63,
    "fees": 50,
    "min_price": 0,
    "currency": "EUR",
    "min_per_order": 1,
    "max_per_order": 10,
    "sale_starts_at": None,
    "sale_ends_at": None,
}
EVENTS_NEARBY = OpenApiExample(
    "Jazz nearby",
    value={
        "next": "https://tickets.example.org/api/v1/events?q=jazz&cursor=WyI-cmVsZXZhbmNlIl0",
        "previous": None,
        "results": [CARD],
    },
    response_only=True,
)
AN_EVENT = OpenApiExample(
    "An evening in a hall",
    value={
        **CARD,
        "description_html": "<p>Forty voices and one piano.</p>",
        "language": "en",
        "notice": "",
        "accent": "#7a2e8f",
        "is_paused": False,
        "terms_html": "",
        "refunds": {"until_days": 7, "fee_percent": "0.00"},
        "ticket_types": [SEAT],
    },
    response_only=True,
)
WHAT_IS_LEFT = OpenApiExample(
    "The last seats",
    value={
        "as_of": "2027-02-01T10:00:00Z",
        "ticket_types": [{"id": SEAT["id"], "status": "few_left", "remaining": 4}],
    },
    response_only=True,
)
