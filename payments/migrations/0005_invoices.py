import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import ticketing.core.encryption
import ticketing.core.ids

# What it says may be sealed with another key (core/rotation.py); nothing else of it changes.
UNCHANGED = """
CREATE FUNCTION payments_invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an invoice is not changed: another one follows it'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_invoice_stays';
END $$;
CREATE TRIGGER payments_invoice_stays BEFORE UPDATE ON payments_invoice
FOR EACH ROW WHEN (
    (OLD.organizer_id, OLD.kind, OLD.year, OLD.number, OLD.booking_id, OLD.occasion, OLD.currency,
     OLD.total, OLD.tax, OLD.issued_at, OLD.language)
    IS DISTINCT FROM
    (NEW.organizer_id, NEW.kind, NEW.year, NEW.number, NEW.booking_id, NEW.occasion, NEW.currency,
     NEW.total, NEW.tax, NEW.issued_at, NEW.language)
    OR OLD.corrects_id IS DISTINCT FROM NEW.corrects_id
)
EXECUTE FUNCTION payments_invoice_stays();
CREATE TRIGGER payments_invoice_is_kept BEFORE DELETE ON payments_invoice
FOR EACH ROW EXECUTE FUNCTION payments_invoice_stays();
"""
BACK = """
DROP TRIGGER payments_invoice_stays ON payments_invoice;
DROP TRIGGER payments_invoice_is_kept ON payments_invoice;
DROP FUNCTION payments_invoice_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("bookings", "0008_imports"),
        ("payments", "0004_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seller",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organizer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seller",
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        db_collation="pg_unicode_fast", max_length=200, verbose_name="legal name"
                    ),
                ),
                (
                    "address",
                    models.TextField(
                        db_collation="pg_unicode_fast", max_length=500, verbose_name="address"
                    ),
                ),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("vat_id", models.CharField(blank=True, max_length=40, verbose_name="VAT number")),
                (
                    "small_print",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        help_text="At the foot: register, bank, why no tax is taken.",
                        max_length=500,
                        verbose_name="small print",
                    ),
                ),
            ],
            options={
                "verbose_name": "details on invoices",
                "verbose_name_plural": "details on invoices",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")),
                        name="payments_seller_country_two_letters",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
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
                            ("invoice", "Invoice"),
                            ("credit_note", "Credit note"),
                            ("reversal", "Reversal of a credit note"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="bookings.booking",
                        verbose_name="booking",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="payments.invoice",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "occasion",
                    models.CharField(max_length=120, unique=True, verbose_name="occasion"),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("total", models.PositiveBigIntegerField(verbose_name="total")),
                ("tax", models.PositiveBigIntegerField(verbose_name="tax in it")),
                (
                    "facts",
                    ticketing.core.encryption.EncryptedJSONField(
                        default=dict, purpose="payments.invoice", verbose_name="what it says"
                    ),
                ),
                (
                    "issued_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="issued",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["invoice", "credit_note", "reversal"])),
                        name="payments_invoice_kind_known",
                    ),
                    models.UniqueConstraint(
                        fields=("organizer", "year", "number"), name="payments_invoice_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="payments_invoice_numbered_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax__lte", models.F("total"))),
                        name="payments_invoice_tax_within_the_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "invoice"), ("corrects__isnull", False), _connector="OR"
                        ),
                        name="payments_invoice_corrects_another",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.RunSQL(UNCHANGED, BACK),
    ]
