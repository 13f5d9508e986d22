"""By which lists are filtered and sorted; made while everything goes on."""

from django.db import migrations

INDEXES = {
    "events_venue_city_plain": "events_venue (events_plain(city))",
    "events_venue_point": "events_venue (latitude, longitude)",
    "events_listing_cheapest": "events_listing (coalesce(price_from, 1000000000000000), event_id)",
    "events_listing_most_popular": "events_listing (popularity DESC, event_id DESC)",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0008_search_filled")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY {name} ON {columns}",
            f"DROP INDEX CONCURRENTLY {name}",
        )
        for name, columns in INDEXES.items()
    ]
