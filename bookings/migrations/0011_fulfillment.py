import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.encryption
import ticketing.core.ids

SAME_ORGANIZER = """
ALTER TABLE bookings_fulfillmentpost ADD CONSTRAINT bookings_fulfillmentpost_same_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED
"""
BACK = (
    "ALTER TABLE bookings_fulfillmentpost DROP CONSTRAINT bookings_fulfillmentpost_same_organizer"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("bookings", "0010_messages_to_attendees"),
        ("events", "0014_search_by_venue_filled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FulfillmentEndpoint",
            fields=[
                (
                    "organizer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
                ("url", models.URLField(max_length=500, verbose_name="address")),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="in use"),
                ),
                (
                    "secret",
                    ticketing.core.encryption.EncryptedTextField(
                        purpose="bookings.fulfillment_secret", verbose_name="secret"
                    ),
                ),
                (
                    "former_secret",
                    ticketing.core.encryption.EncryptedTextField(
                        blank=True,
                        default="",
                        purpose="bookings.fulfillment_secret",
                        verbose_name="former secret",
                    ),
                ),
                (
                    "former_until",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="former secret signs until"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="changed",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
            ],
            options={
                "verbose_name": "endpoint of an organizer",
                "verbose_name_plural": "endpoints of organizers",
            },
        ),
        migrations.CreateModel(
            name="FulfillmentPost",
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
                    "what",
                    models.CharField(
                        choices=[
                            ("booking.confirmed", "Confirmed"),
                            ("booking.changed", "Changed"),
                            ("booking.cancelled", "Cancelled"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                (
                    "occasion",
                    models.CharField(
                        blank=True, editable=False, max_length=40, verbose_name="occasion"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("failed", "Given up"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "tries",
                    models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="tries"),
                ),
                (
                    "answer",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="last answer"
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        max_length=200,
                        verbose_name="last problem",
                    ),
                ),
                (
                    "milliseconds",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="took (ms)"),
                ),
                (
                    "wanted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="wanted since",
                    ),
                ),
                (
                    "tried_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last tried"),
                ),
                (
                    "delivered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="delivered"),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
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
                "verbose_name": "delivery to an endpoint",
                "verbose_name_plural": "deliveries to endpoints",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["organizer", "-id"], name="bookings_post_of_a_team")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("booking", "what", "occasion"), name="bookings_fulfillmentpost_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                ["booking.confirmed", "booking.changed", "booking.cancelled"],
                            )
                        ),
                        name="bookings_fulfillmentpost_what_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "delivered", "failed"])),
                        name="bookings_fulfillmentpost_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "delivered"), _negated=True),
                            ("delivered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="bookings_fulfillmentpost_delivered_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_ORGANIZER, BACK),
    ]
