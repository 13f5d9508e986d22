import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.encryption
import ticketing.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("accounts", "__first__"),
        ("bookings", "0005_door"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                ("gateway", models.CharField(max_length=20, verbose_name="gateway")),
                ("event", models.CharField(max_length=255, verbose_name="event there")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("reference", models.CharField(blank=True, max_length=255, verbose_name="about")),
                (
                    "account",
                    models.CharField(blank=True, max_length=80, verbose_name="account there"),
                ),
                (
                    "body",
                    ticketing.core.encryption.EncryptedTextField(
                        purpose="payments.notice", verbose_name="as it came"
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        db_index=True,
                        verbose_name="received",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a gateway",
                "verbose_name_plural": "notices of gateways",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("gateway", "event"), name="payments_notice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("created", "Begun"),
                            ("requires_action", "Waits for the buyer"),
                            ("processing", "On its way"),
                            ("authorized", "Reserved"),
                            ("captured", "Paid"),
                            ("partially_refunded", "Given back in part"),
                            ("refunded", "Given back"),
                            ("failed", "Failed"),
                            ("cancelled", "Given up"),
                            ("unknown", "Not known"),
                        ],
                        default="created",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_late",
                    models.BooleanField(
                        default=False,
                        help_text="The money came when the places were gone.",
                        verbose_name="late",
                    ),
                ),
                ("is_disputed", models.BooleanField(default=False, verbose_name="disputed")),
                ("gateway", models.CharField(max_length=20, verbose_name="gateway")),
                (
                    "account",
                    models.CharField(
                        blank=True,
                        help_text="The organizer's own; the platform's if empty.",
                        max_length=80,
                        verbose_name="account there",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "On the gateway's page"), ("mobile", "In an app")],
                        max_length=10,
                        verbose_name="completed",
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=40, verbose_name="method")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=255, verbose_name="reference there"),
                ),
                (
                    "action",
                    ticketing.core.encryption.EncryptedJSONField(
                        blank=True, default=dict, purpose="payments.action", verbose_name="action"
                    ),
                ),
                (
                    "return_url",
                    models.CharField(blank=True, max_length=500, verbose_name="returns to"),
                ),
                (
                    "decline",
                    models.CharField(blank=True, max_length=60, verbose_name="declined because"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("amount", models.PositiveBigIntegerField(verbose_name="amount")),
                ("captured", models.PositiveBigIntegerField(default=0, verbose_name="money taken")),
                ("refunded", models.PositiveBigIntegerField(default=0, verbose_name="given back")),
                (
                    "platform_fee",
                    models.PositiveBigIntegerField(default=0, verbose_name="fee of the platform"),
                ),
                (
                    "gateway_fee",
                    models.BigIntegerField(
                        blank=True, null=True, verbose_name="fee of the gateway"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="begun",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="can be paid until")),
                (
                    "captured_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken at"),
                ),
                (
                    "looked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last fetched"),
                ),
                (
                    "look_again_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="to be fetched"),
                ),
                ("looks", models.PositiveIntegerField(default=0, verbose_name="fetched so often")),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="bookings.booking",
                        verbose_name="booking",
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
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("look_again_at__isnull", False)),
                        fields=["look_again_at"],
                        name="payments_payment_to_look_at",
                    ),
                    models.Index(fields=["organizer", "-id"], name="payments_payment_of_organizer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "created",
                                    "requires_action",
                                    "processing",
                                    "authorized",
                                    "captured",
                                    "partially_refunded",
                                    "refunded",
                                    "failed",
                                    "cancelled",
                                    "unknown",
                                ],
                            )
                        ),
                        name="payments_payment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "mobile"])),
                        name="payments_payment_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="payments_payment_asks_for_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refunded__lte", models.F("captured"))),
                        name="payments_payment_gives_back_what_it_took",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["captured", "partially_refunded", "refunded"]),
                                _negated=True,
                            ),
                            models.Q(("captured__gt", 0), ("captured_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="payments_payment_taken_at_a_moment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "authorized",
                                    "created",
                                    "processing",
                                    "requires_action",
                                    "unknown",
                                ],
                            )
                        ),
                        fields=("booking",),
                        name="payments_payment_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("gateway", "reference"),
                        name="payments_payment_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("late", "Paid when the places were gone"),
                            ("late_risk", "Places released, the gateway did not answer"),
                            ("amount_mismatch", "Another amount than was asked for"),
                            ("disputed", "Disputed"),
                            ("refund_failed", "A refund failed"),
                            ("missing_here", "At the gateway, not here"),
                            ("missing_there", "Here, not at the gateway"),
                            ("amount_differs", "The gateway says another amount"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=255, verbose_name="reference"),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="opened",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        max_length=300,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "organizer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "late",
                                    "late_risk",
                                    "amount_mismatch",
                                    "disputed",
                                    "refund_failed",
                                    "missing_here",
                                    "missing_there",
                                    "amount_differs",
                                ],
                            )
                        ),
                        name="payments_case_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_by", None), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="payments_case_closed_at_a_moment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("kind", "payment", "reference"),
                        name="payments_case_open_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Asked for"),
                            ("awaiting_approval", "Waits for approval"),
                            ("sent", "On its way"),
                            ("done", "Given back"),
                            ("failed", "Failed"),
                            ("rejected", "Refused"),
                            ("unknown", "Not known"),
                        ],
                        default="requested",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("buyer", "The buyer gave tickets back"),
                            ("organizer", "The organizer gives it back"),
                            ("event_cancelled", "The event does not take place"),
                            ("no_place", "Paid when the places were gone"),
                            ("paid_twice", "Paid twice"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        max_length=300,
                        verbose_name="in words",
                    ),
                ),
                ("amount", models.PositiveBigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "tickets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        verbose_name="tickets",
                    ),
                ),
                ("occasion", models.CharField(max_length=120, verbose_name="occasion")),
                (
                    "reference",
                    models.CharField(
                        blank=True, max_length=255, verbose_name="reference at the gateway"
                    ),
                ),
                (
                    "failure",
                    models.CharField(blank=True, max_length=120, verbose_name="failed because"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="asked for",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="given back")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
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
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["requested", "unknown", "sent"])),
                        fields=["created_at"],
                        name="payments_refund_on_its_way",
                    ),
                    models.Index(fields=["organizer", "-id"], name="payments_refund_of_organizer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "requested",
                                    "awaiting_approval",
                                    "sent",
                                    "done",
                                    "failed",
                                    "rejected",
                                    "unknown",
                                ],
                            )
                        ),
                        name="payments_refund_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                ["buyer", "organizer", "event_cancelled", "no_place", "paid_twice"],
                            )
                        ),
                        name="payments_refund_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="payments_refund_gives_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None), ("decided_at__isnull", False), _connector="OR"
                        ),
                        name="payments_refund_decided_at_a_moment",
                    ),
                    models.UniqueConstraint(
                        fields=("payment", "occasion"), name="payments_refund_occasion_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Route",
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
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("gateway", models.CharField(max_length=20, verbose_name="gateway")),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Where the buyer is.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("web", "On the gateway's page"), ("mobile", "In an app")],
                        max_length=10,
                        verbose_name="completed",
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        blank=True,
                        help_text="The organizer's own; the platform's if empty.",
                        max_length=80,
                        verbose_name="account there",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "organizer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payment_routes",
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
            ],
            options={
                "verbose_name": "way of paying",
                "verbose_name_plural": "ways of paying",
                "ordering": ["position", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["", "web", "mobile"])),
                        name="payments_route_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("account", ""), ("organizer__isnull", False), _connector="OR"
                        ),
                        name="payments_route_account_of_an_organizer",
                    ),
                ],
            },
        ),
    ]
