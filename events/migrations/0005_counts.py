import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SAME_ORGANIZER = """
ALTER TABLE events_eventcount ADD CONSTRAINT events_eventcount_same_event_and_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("events", "0004_listing"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedBatch",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "written_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="written",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of counts",
                "verbose_name_plural": "batches of counts",
            },
        ),
        migrations.CreateModel(
            name="SearchCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "words",
                    models.CharField(
                        db_collation="pg_unicode_fast", max_length=60, verbose_name="words"
                    ),
                ),
                ("is_found", models.BooleanField(verbose_name="found something")),
                ("count", models.PositiveBigIntegerField(verbose_name="how often")),
            ],
            options={
                "verbose_name": "search",
                "verbose_name_plural": "searches",
                "ordering": ["-day", "-count"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "language", "words", "is_found"),
                        name="events_searchcount_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EventCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[("view", "Looked at"), ("tickets", "Went to the tickets")],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("direct", "Typed or saved"),
                            ("ours", "Our own pages"),
                            ("search", "Search engines"),
                            ("social", "Social networks"),
                            ("other", "Other sites"),
                        ],
                        max_length=10,
                        verbose_name="from where",
                    ),
                ),
                ("count", models.PositiveBigIntegerField(verbose_name="how often")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts",
                        to="events.event",
                        verbose_name="event",
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
            ],
            options={
                "verbose_name": "count of an event",
                "verbose_name_plural": "counts of events",
                "ordering": ["day"],
                "indexes": [
                    models.Index(fields=["organizer", "day"], name="events_eventcount_of_a_team")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "day", "kind", "source"), name="events_eventcount_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["view", "tickets"])),
                        name="events_eventcount_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__in", ["direct", "ours", "search", "social", "other"])
                        ),
                        name="events_eventcount_source_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_ORGANIZER, migrations.RunSQL.noop),
    ]
