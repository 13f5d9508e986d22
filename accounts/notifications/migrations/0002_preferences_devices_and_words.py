import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import ticketing.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_messages_to_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        max_length=254,
                        verbose_name="address",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("sms", "Text message"), ("push", "Push")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("security", "Your account's safety"),
                            ("bookings", "Your bookings"),
                            ("reminders", "Reminders"),
                            ("organizer_news", "News from organizers you booked with"),
                            ("marketing", "Ideas and offers from us"),
                        ],
                        max_length=20,
                        verbose_name="topic",
                    ),
                ),
                ("is_wanted", models.BooleanField(verbose_name="wanted")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_preferences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "message preference",
                "verbose_name_plural": "message preferences",
            },
        ),
        migrations.CreateModel(
            name="TemplateOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=100, verbose_name="message")),
                (
                    "locale",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French")],
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                ("changed_at", models.DateTimeField(editable=False, verbose_name="changed")),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "edited mail",
                "verbose_name_plural": "edited mails",
                "ordering": ["kind", "locale"],
            },
        ),
        migrations.CreateModel(
            name="Device",
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
                    "platform",
                    models.CharField(
                        choices=[("android", "Android"), ("ios", "iOS")],
                        max_length=10,
                        verbose_name="platform",
                    ),
                ),
                ("token", models.CharField(max_length=500, unique=True, verbose_name="token")),
                (
                    "endpoint",
                    models.CharField(blank=True, max_length=300, verbose_name="provider's address"),
                ),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_devices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("platform__in", ["android", "ios"])),
                        name="notifications_device_platform_known",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(
                fields=("user", "address", "channel", "topic"),
                name="notifications_preference_said_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address", ""), ("user__isnull", False)),
                    models.Q(("user__isnull", True), models.Q(("address", ""), _negated=True)),
                    _connector="OR",
                ),
                name="notifications_preference_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "sms", "push"])),
                name="notifications_preference_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "topic__in",
                        ["security", "bookings", "reminders", "organizer_news", "marketing"],
                    ),
                    models.Q(("topic", "security"), _negated=True),
                ),
                name="notifications_preference_topic_can_be_chosen",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateoverride",
            constraint=models.UniqueConstraint(
                fields=("kind", "locale"),
                name="notifications_templateoverride_once_per_language",
                violation_error_message="This message has words of its own in this language.",
            ),
        ),
    ]
