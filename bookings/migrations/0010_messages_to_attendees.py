import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.ids

SAME_ORGANIZER = """
ALTER TABLE bookings_attendeemessage ADD CONSTRAINT bookings_attendeemessage_same_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED
"""
BACK = (
    "ALTER TABLE bookings_attendeemessage DROP CONSTRAINT bookings_attendeemessage_same_organizer"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("bookings", "0009_void_tickets_let_go"),
        ("events", "0014_search_by_venue_filled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AttendeeMessage",
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
                    "audience",
                    models.CharField(
                        choices=[
                            ("all", "Everybody who has booked"),
                            ("came", "Who has come in"),
                            ("absent", "Who has not come in yet"),
                        ],
                        default="all",
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        db_collation="pg_unicode_fast", max_length=120, verbose_name="subject"
                    ),
                ),
                ("text", models.TextField(db_collation="pg_unicode_fast", verbose_name="text")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("sending", "Going out"), ("done", "Sent")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "expected",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="to be told"),
                ),
                ("told", models.PositiveIntegerField(db_default=0, default=0, verbose_name="told")),
                (
                    "withheld",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="not wanted"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="written",
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
                        db_index=False,
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
                        verbose_name="written by",
                    ),
                ),
                (
                    "ticket_type",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: whatever they booked.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="events.tickettype",
                        verbose_name="ticket type",
                    ),
                ),
            ],
            options={
                "verbose_name": "message to attendees",
                "verbose_name_plural": "messages to attendees",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["event", "-id"], name="bookings_message_of_an_event")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "sending", "done"])),
                        name="bookings_attendeemessage_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["all", "came", "absent"])),
                        name="bookings_attendeemessage_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="bookings_attendeemessage_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), ("begun_at__isnull", False), _connector="OR"
                        ),
                        name="bookings_attendeemessage_begun_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="bookings_attendeemessage_done_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withheld__lte", models.F("told"))),
                        name="bookings_attendeemessage_counts_agree",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_ORGANIZER, BACK),
    ]
