import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import ticketing.core.ids

SAME_ORGANIZER = """
ALTER TABLE bookings_ticketfile ADD CONSTRAINT bookings_ticketfile_same_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED
"""
BACK = "ALTER TABLE bookings_ticketfile DROP CONSTRAINT bookings_ticketfile_same_organizer"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("bookings", "0002_moves"),
        ("events", "0010_per_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketFile",
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
                ("digest", models.CharField(editable=False, max_length=64, verbose_name="digest")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="begun",
                    ),
                ),
                ("stored_at", models.DateTimeField(blank=True, null=True, verbose_name="stored")),
                (
                    "discarded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="discarded"),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="bookings.booking",
                        verbose_name="booking",
                    ),
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
            ],
            options={
                "verbose_name": "file of tickets",
                "verbose_name_plural": "files of tickets",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("discarded_at__isnull", False)),
                        fields=["discarded_at"],
                        name="bookings_ticketfile_discarded",
                    ),
                    models.Index(fields=["created_at"], name="bookings_ticketfile_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("discarded_at", None)),
                        fields=("digest",),
                        name="bookings_ticketfile_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="bookings_ticketfile_digest_spelled",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_ORGANIZER, BACK),
    ]
