import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.ids
from ticketing.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("bookings", "0011_fulfillment"),
        ("payments", "0005_invoices"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskEntry",
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
                        related_name="desk_entries",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="desk_entry",
                        to="payments.refund",
                        verbose_name="refund",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("taken", "Taken"), ("given_back", "Given back")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("cash", "Cash"),
                            ("card_terminal", "Card terminal"),
                            ("bank_transfer", "Bank transfer"),
                        ],
                        max_length=20,
                        verbose_name="how",
                    ),
                ),
                ("amount", models.PositiveBigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        max_length=300,
                        verbose_name="note",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="entered",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the desk",
                "verbose_name_plural": "entries of the desk",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["taken", "given_back"])),
                        name="payments_deskentry_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["cash", "card_terminal", "bank_transfer"])),
                        name="payments_deskentry_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="payments_deskentry_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "taken"), ("refund", None)),
                            models.Q(("kind", "given_back"), ("refund__isnull", False)),
                            _connector="OR",
                        ),
                        name="payments_deskentry_gives_back_for_a_refund",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "taken")),
                        fields=("payment",),
                        name="payments_deskentry_taken_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="payments_account_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payments_payment_channel_known",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="payments_posting_kind_known",
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("clearing", "At the gateway"),
                    ("bank", "In the bank"),
                    ("gateway_fees", "Fees of gateways"),
                    ("payable", "Owed to the organizer"),
                    ("platform_fees", "Fees of the platform"),
                    ("tax", "Tax"),
                    ("in_transit", "Refunds on their way"),
                    ("chargebacks", "Disputed"),
                    ("late_money", "Money without a ticket"),
                    ("at_desk", "Taken by the organizer"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[("web", "On the gateway's page"), ("mobile", "In an app")],
                max_length=10,
                verbose_name="completed",
            ),
        ),
        migrations.AlterField(
            model_name="posting",
            name="kind",
            field=models.CharField(
                choices=[
                    ("captured", "Paid"),
                    ("sold", "Sale"),
                    ("fee", "Fee of the gateway"),
                    ("refund_asked", "Refund"),
                    ("refund_done", "Refund arrived"),
                    ("refund_failed", "Refund came back"),
                    ("dispute_opened", "Dispute opened"),
                    ("dispute_won", "Dispute won"),
                    ("dispute_lost", "Dispute lost"),
                    ("pay_out", "Paid out"),
                    ("gateway_pay_out", "Gateway paid out"),
                    ("kept", "You took it yourself"),
                    ("handed_back", "You gave it back yourself"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "clearing",
                            "bank",
                            "gateway_fees",
                            "payable",
                            "platform_fees",
                            "tax",
                            "in_transit",
                            "chargebacks",
                            "late_money",
                            "at_desk",
                        ],
                    )
                ),
                name="payments_account_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["web", "mobile", ""])),
                name="payments_payment_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "captured",
                            "sold",
                            "fee",
                            "refund_asked",
                            "refund_done",
                            "refund_failed",
                            "dispute_opened",
                            "dispute_won",
                            "dispute_lost",
                            "pay_out",
                            "gateway_pay_out",
                            "kept",
                            "handed_back",
                        ],
                    )
                ),
                name="payments_posting_kind_known",
            ),
        ),
        append_only("payments_deskentry"),
    ]
