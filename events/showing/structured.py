"""What search engines read of an event: schema.org's Event, as JSON-LD."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from events.enums import OfferState
from events.models import Venue
from events.showing.event import ShownEvent
from events.showing.tickets import ShownTicket

# What would end the script element or begin another, written as JSON itself can write it.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
AVAILABILITY = {
    OfferState.ON_SALE: "InStock",
    OfferState.FEW_LEFT: "LimitedAvailability",
    OfferState.ALL_HELD: "LimitedAvailability",
    OfferState.SOLD_OUT: "SoldOut",
    OfferState.NOT_YET: "PreSale",
    OfferState.ENDED: "OutOfStock",
    OfferState.PAUSED: "OutOfStock",
}


def structured_data(shown: ShownEvent, *, picture: str) -> SafeString:
    text = json.dumps(data_of(shown, picture=picture), ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 - nothing is left that HTML would read


def data_of(shown: ShownEvent, *, picture: str) -> dict[str, Any]:
    event = shown.event
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": shown.url,
        "url": shown.url,
        "name": shown.title,
        "description": shown.summary,
        "image": [picture],
        "eventStatus": f"https://schema.org/{status_of(shown)}",
        "eventAttendanceMode": "https://schema.org/"
        + ("OnlineEventAttendanceMode" if event.is_online else "OfflineEventAttendanceMode"),
        "location": place_of(shown),
        "organizer": {
            "@type": "Organization",
            "name": event.organizer.name,
            "url": settings.SITE_URL + reverse("organizer", args=[event.organizer.slug]),
        },
        "offers": [offer_of(ticket, shown) for ticket in shown.tickets],
    }
    # Whoever awaits a new date is told the old one with the status (schema.org/EventPostponed).
    if event.starts_at and event.ends_at:
        data["startDate"] = event.starts_at.astimezone(event.zone).isoformat()
        data["endDate"] = event.ends_at.astimezone(event.zone).isoformat()
    if shown.doors:
        data["doorTime"] = shown.doors.start.isoformat()
    if event.postponed_from_at and not event.awaits_new_date:
        data["previousStartDate"] = event.postponed_from_at.astimezone(event.zone).isoformat()
    return {name: value for name, value in data.items() if value}


def status_of(shown: ShownEvent) -> str:
    if shown.is_cancelled:
        return "EventCancelled"
    if shown.event.awaits_new_date:
        return "EventPostponed"
    return "EventRescheduled" if shown.event.postponed_at else "EventScheduled"


def place_of(shown: ShownEvent) -> dict[str, Any]:
    """Of an online event the page and never the link: that is for who has a ticket."""
    venue = shown.event.venue
    if venue is None:
        return {"@type": "VirtualLocation", "url": shown.url}
    place: dict[str, Any] = {"@type": "Place", "name": venue.name, "address": address_of(venue)}
    if venue.latitude is not None and venue.longitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(venue.latitude),
            "longitude": float(venue.longitude),
        }
    return place


def address_of(venue: Venue) -> dict[str, str]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": venue.street,
        "postalCode": venue.postal_code,
        "addressLocality": venue.city,
        "addressRegion": venue.region,
        "addressCountry": venue.country,
    }
    return {name: value for name, value in address.items() if value}


def offer_of(ticket: ShownTicket, shown: ShownEvent) -> dict[str, Any]:
    ticket_type = ticket.offer.ticket_type
    offer: dict[str, Any] = {
        "@type": "Offer",
        "name": ticket.offer.name,
        "url": shown.url,
        "price": str((ticket.lowest or ticket.price).amount),
        "priceCurrency": shown.event.currency,
        "availability": f"https://schema.org/{AVAILABILITY[ticket.state]}",
    }
    if starts_at := ticket_type.sale_starts_at or shown.event.published_at:
        offer["validFrom"] = starts_at.isoformat()
    if ticket_type.sale_ends_at:
        offer["validThrough"] = ticket_type.sale_ends_at.isoformat()
    return offer
