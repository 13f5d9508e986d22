import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.encryption
import ticketing.core.ids

SAME_ORGANIZER = """
ALTER TABLE {table} ADD CONSTRAINT {table}_same_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED
"""
BACK = "ALTER TABLE {table} DROP CONSTRAINT {table}_same_organizer"
TABLES = ("bookings_bookingimport", "bookings_importline")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("bookings", "0007_on_behalf"),
        ("events", "0010_per_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ticketing.core.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "filename",
                    models.CharField(
                        db_collation="pg_unicode_fast", max_length=200, verbose_name="file"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Looked over"),
                            ("running", "Running"),
                            ("done", "Done"),
                        ],
                        default="preview",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "is_comp",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="complimentary"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="read",
                    ),
                ),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="begun")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="imported by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of bookings",
                "verbose_name_plural": "imports of bookings",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["preview", "running", "done"])),
                        name="bookings_bookingimport_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "preview"), ("begun_at__isnull", False), _connector="OR"
                        ),
                        name="bookings_bookingimport_begun_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="bookings_bookingimport_done_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="line")),
                ("key", models.CharField(max_length=64, verbose_name="key")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("wrong", "To be mended"),
                            ("known", "Booked before"),
                            ("waiting", "Waiting"),
                            ("booked", "Booked"),
                            ("refused", "Refused"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "said",
                    ticketing.core.encryption.EncryptedJSONField(
                        default=dict, purpose="bookings.import_line", verbose_name="what it says"
                    ),
                ),
                (
                    "problem",
                    models.TextField(
                        blank=True, db_collation="pg_unicode_fast", verbose_name="problem"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="bookings.booking",
                        verbose_name="booking",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="bookings.bookingimport",
                        verbose_name="import",
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
                "verbose_name": "line of an import",
                "verbose_name_plural": "lines of imports",
                "ordering": ["of", "number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["of", "number"],
                        name="bookings_importline_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of", "number"), name="bookings_importline_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "booked")),
                        fields=("event", "key"),
                        name="bookings_importline_booked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["wrong", "known", "waiting", "booked", "refused"])
                        ),
                        name="bookings_importline_state_known",
                    ),
                ],
            },
        ),
        *(
            migrations.RunSQL(SAME_ORGANIZER.format(table=table), BACK.format(table=table))
            for table in TABLES
        ),
    ]
