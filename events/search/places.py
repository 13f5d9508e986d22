"""Near a point: a box that an index can find, then the true distance within it."""

from math import asin, cos, degrees, radians, sin

from django.db.models import Expression, F, FloatField, Q, Value
from django.db.models.functions import ASin, Cast, Cos, Power, Radians, Sin, Sqrt
from django.db.models.lookups import LessThanOrEqual

EARTH_KM = 6371.0088
KM_PER_DEGREE = EARTH_KM * radians(1)


def within(point: tuple[float, float], *, km: float, of: str = "") -> list[Q | Expression]:
    """Conditions on what leads to a venue by `of`."""
    venue = f"{of}venue__"
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
