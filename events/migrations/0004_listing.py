"""Each event has its listing from the moment it is there, whoever inserts it."""

import django.db.models.deletion
from django.db import migrations, models

WITH_EACH_EVENT = """
CREATE FUNCTION events_event_is_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events_listing (event_id, organizer_id) VALUES (NEW.id, NEW.organizer_id);
    RETURN NULL;
END $$;
CREATE TRIGGER events_event_is_listed AFTER INSERT ON events_event
FOR EACH ROW EXECUTE FUNCTION events_event_is_listed();
INSERT INTO events_listing (event_id, organizer_id) SELECT id, organizer_id FROM events_event;
ALTER TABLE events_listing ADD CONSTRAINT events_listing_same_event_and_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED;
"""
WITHOUT = """
DROP TRIGGER events_event_is_listed ON events_event;
DROP FUNCTION events_event_is_listed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("events", "0003_categories_and_tax_rates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="listing",
                        serialize=False,
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "price_from",
                    models.PositiveBigIntegerField(
                        blank=True,
                        help_text="All in; empty without tickets.",
                        null=True,
                        verbose_name="cheapest",
                    ),
                ),
                (
                    "price_to",
                    models.PositiveBigIntegerField(blank=True, null=True, verbose_name="dearest"),
                ),
                (
                    "popularity",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="popularity"),
                ),
                (
                    "organizer",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
            ],
            options={
                "verbose_name": "listing",
                "verbose_name_plural": "listings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("price_from", None), ("price_to", None)),
                            ("price_to__gte", models.F("price_from")),
                            _connector="OR",
                        ),
                        name="events_listing_prices_in_order",
                    )
                ],
            },
        ),
        migrations.RunSQL(WITH_EACH_EVENT, WITHOUT),
    ]
