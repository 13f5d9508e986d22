"""Near a point: a box that an index can find, then the true distance within it."""

from math import asin, cos, degrees, radians, sin

from django.db.models import Expression, F, FloatField, Q, Value
from django.db.models.functions import ASin, Cast, Cos, Power, Radians, Sin, Sqrt
from django.db.models.lookups import LessThanOrEqual

from events.models import Venue

# More than that are half a country, where a circle leaves little out.
MOST_VENUES = 2000
EARTH_KM = 6371.0088
KM_PER_DEGREE = EARTH_KM * radians(1)


def within(point: tuple[float, float], *, km: float) -> list[Q | Expression]:
    """Conditions on what has a venue; asks for the venues at once.

    The database knows how many events each venue has, and nothing of how many a circle has: told
    the venues, it goes by date through a city where much is on, and by venue where little is.
    """
    nearby = Venue.objects.filter(*around(point, km=km, venue="")).order_by()
    venues = list(nearby.values_list("pk", flat=True)[: MOST_VENUES + 1])
    if len(venues) <= MOST_VENUES:
        return [Q(venue__in=venues)]
    return around(point, km=km, venue="venue__")


def around(point: tuple[float, float], *, km: float, venue: str) -> list[Q | Expression]:
    return [
        box_around(point, km=km, venue=venue),
        LessThanOrEqual(distance_from(point, venue=venue), Value(km)),
    ]


def box_around(point: tuple[float, float], *, km: float, venue: str) -> Q:
    """All that can be that near, and some more; around the 180th meridian in two parts."""
    latitude, longitude = point

    def between(west: float, east: float) -> Q:
        return Q(**{f"{venue}longitude__range": (west, east)})

    height = km / KM_PER_DEGREE
    south, north = latitude - height, latitude + height
    rows = Q(**{f"{venue}latitude__range": (max(south, -90.0), min(north, 90.0))})
    if south <= -90 or north >= 90:
        return rows
    width = degrees(asin(min(1.0, sin(km / EARTH_KM) / cos(radians(latitude)))))
    if width >= 90:
        return rows
    west, east = longitude - width, longitude + width
    if west < -180:
        return rows & (between(west + 360, 180) | between(-180, east))
    if east > 180:
        return rows & (between(west, 180) | between(-180, east - 360))
    return rows & between(west, east)


def distance_from(point: tuple[float, float], *, venue: str) -> Expression:
    """In kilometres over the earth, by the haversine formula."""
    latitude, longitude = (Value(radians(one), output_field=FloatField()) for one in point)
    there = Radians(Cast(F(f"{venue}latitude"), FloatField()))
    beside = Radians(Cast(F(f"{venue}longitude"), FloatField()))
    return (
        2
        * EARTH_KM
        * ASin(
            Sqrt(
                Power(Sin((there - latitude) / 2), 2)
                + Cos(there) * Cos(latitude) * Power(Sin((beside - longitude) / 2), 2)
            )
        )
    )
