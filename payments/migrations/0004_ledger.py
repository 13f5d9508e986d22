import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.ids
from ticketing.core.append_only import append_only

# Checked when the transaction ends: by then all entries of a posting are there.
BALANCED = """
CREATE FUNCTION payments_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM payments_entry WHERE posting_id = NEW.posting_id
        GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'the entries of a posting do not sum up to nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_entry_balances AFTER INSERT ON payments_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_entry_balances();

CREATE FUNCTION payments_entry_in_its_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.currency <> (SELECT currency FROM payments_account WHERE id = NEW.account_id) THEN
        RAISE EXCEPTION 'an account is of one currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_entry_in_its_currency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_entry_in_its_currency BEFORE INSERT ON payments_entry
FOR EACH ROW EXECUTE FUNCTION payments_entry_in_its_currency();
"""
BACK = """
DROP TRIGGER payments_entry_balances ON payments_entry;
DROP FUNCTION payments_entry_balances();
DROP TRIGGER payments_entry_in_its_currency ON payments_entry;
DROP FUNCTION payments_entry_in_its_currency();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("payments", "0003_refunds_by_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
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
                        ],
                        max_length=20,
                        verbose_name="kind",
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
                ("gateway", models.CharField(blank=True, max_length=20, verbose_name="gateway")),
                ("region", models.CharField(blank=True, max_length=14, verbose_name="taxed in")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
            ],
            options={
                "verbose_name": "account of the ledger",
                "verbose_name_plural": "accounts of the ledger",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
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
                                ],
                            )
                        ),
                        name="payments_account_kind_known",
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "organizer", "gateway", "region", "currency"),
                        name="payments_account_once",
                        nulls_distinct=False,
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Posting",
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
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="key")),
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
                        related_name="postings",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="happened")),
                (
                    "posted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="written down",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        fields=["organizer", "occurred_at"], name="payments_posting_in_time"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
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
                                ],
                            )
                        ),
                        name="payments_posting_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.posting",
                        verbose_name="posting",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.account",
                        verbose_name="account",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
            ],
            options={
                "verbose_name": "entry of the ledger",
                "verbose_name_plural": "entries of the ledger",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True),
                        name="payments_entry_of_something",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PayOut",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_outs",
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
                ("amount", models.PositiveBigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("paid_on", models.DateField(verbose_name="paid on")),
                (
                    "reference",
                    models.CharField(
                        db_collation="pg_unicode_fast",
                        help_text="As the bank has it. The same one is entered once.",
                        max_length=80,
                        verbose_name="reference",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="entered",
                    ),
                ),
            ],
            options={
                "verbose_name": "pay-out",
                "verbose_name_plural": "pay-outs",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payments_payout_of_something"
                    ),
                    models.UniqueConstraint(
                        fields=("organizer", "reference"), name="payments_payout_reference_once"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.RunSQL(BALANCED, BACK),
        append_only("payments_account"),
        append_only("payments_posting"),
        append_only("payments_entry"),
        migrations.RemoveConstraint(model_name="case", name="payments_case_kind_known"),
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(
                choices=[
                    ("late", "Paid when the places were gone"),
                    ("late_risk", "Places released, the gateway did not answer"),
                    ("amount_mismatch", "Another amount than was asked for"),
                    ("disputed", "Disputed"),
                    ("refund_failed", "A refund failed"),
                    ("missing_here", "At the gateway, not here"),
                    ("missing_there", "Here, not at the gateway"),
                    ("amount_differs", "The gateway says another amount"),
                    ("state_behind", "The gateway is further than we are"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
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
                            "state_behind",
                        ],
                    )
                ),
                name="payments_case_kind_known",
            ),
        ),
    ]
