from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

# A ticket can be moved to another event: the scanners of the one it was for are told.
REVOKE = """
CREATE OR REPLACE FUNCTION bookings_ticket_revokes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('bookings_revocation ' || {event}.event_id, 0));
    IF NEW.generation > OLD.generation THEN
        INSERT INTO bookings_revocation (event_id, ticket_id, generation, reason)
        VALUES ({event}.event_id, NEW.id, OLD.generation, 'reissued');
    END IF;
    IF OLD.status = 'valid' AND NEW.status = 'void' THEN
        INSERT INTO bookings_revocation (event_id, ticket_id, generation, reason)
        VALUES ({event}.event_id, NEW.id, NEW.generation, 'void');
    END IF;
    RETURN NULL;
END $$
"""
COMP = models.CheckConstraint(
    condition=Q(is_comp=False) | Q(total=0), name="bookings_booking_comp_for_nothing"
)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_answer_files")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="is_comp",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Given for nothing, whatever its price; it counts for no limit per person.",
                verbose_name="complimentary",
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="token_generation",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, editable=False, verbose_name="generation of its link"
            ),
        ),
        AddConstraintNotValid(model_name="booking", constraint=COMP),
        ValidateConstraint(model_name="booking", name="bookings_booking_comp_for_nothing"),
        migrations.RunSQL(REVOKE.replace("{event}", "OLD"), REVOKE.replace("{event}", "NEW")),
    ]
