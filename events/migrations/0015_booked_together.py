import django.db.models.deletion
from django.db import migrations, models

SAME_ORGANIZER = """
ALTER TABLE events_companion ADD CONSTRAINT events_companion_same_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED
"""
BACK = "ALTER TABLE events_companion DROP CONSTRAINT events_companion_same_organizer"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("events", "0014_search_by_venue_filled"),
    ]

    operations = [
        migrations.CreateModel(
            name="Companion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
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
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="companions",
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="events.event",
                        verbose_name="other event",
                    ),
                ),
                ("people", models.PositiveIntegerField(verbose_name="people who booked both")),
            ],
            options={
                "verbose_name": "event that is booked together",
                "verbose_name_plural": "events that are booked together",
                "ordering": ["event", "-people"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["event", "other"], name="events_companion_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(people__gte=3), name="events_companion_of_enough_people"
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(event=models.F("other")),
                        name="events_companion_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_ORGANIZER, BACK),
    ]
