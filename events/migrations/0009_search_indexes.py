"""Ways to find events by city, place, price and popularity, made while people go on finding them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0008_search_filled")]

    operations = [
        AddIndexConcurrently(
            "venue", models.Index(fields=["latitude", "longitude"], name="events_venue_point")
        ),
        AddIndexConcurrently(
            "listing",
            models.Index(
                Coalesce("price_from", models.Value(10**15)),
                models.F("event"),
                name="events_listing_cheapest",
            ),
        ),
        AddIndexConcurrently(
            "listing",
            models.Index(fields=["-popularity", "-event"], name="events_listing_most_popular"),
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY events_venue_city_plain ON events_venue (events_plain(city))",
            "DROP INDEX CONCURRENTLY events_venue_city_plain",
        ),
    ]
