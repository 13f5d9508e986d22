"""Payments and refunds go the ways of PAYMENT_MOVES and REFUND_MOVES as they were when this was
written, whoever writes; and no more is given back than was taken, however many ask at once."""

from django.db import migrations

MOVES = """
CREATE FUNCTION payments_payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('created', 'requires_action'), ('created', 'processing'), ('created', 'authorized'),
        ('created', 'captured'), ('created', 'failed'), ('created', 'cancelled'),
        ('created', 'unknown'),
        ('unknown', 'requires_action'), ('unknown', 'processing'), ('unknown', 'authorized'),
        ('unknown', 'captured'), ('unknown', 'failed'), ('unknown', 'cancelled'),
        ('requires_action', 'processing'), ('requires_action', 'authorized'),
        ('requires_action', 'captured'), ('requires_action', 'failed'),
        ('requires_action', 'cancelled'),
        ('processing', 'authorized'), ('processing', 'captured'), ('processing', 'failed'),
        ('processing', 'cancelled'),
        ('authorized', 'captured'), ('authorized', 'failed'), ('authorized', 'cancelled'),
        ('failed', 'captured'), ('cancelled', 'captured'),
        ('captured', 'partially_refunded'), ('captured', 'refunded'),
        ('partially_refunded', 'refunded')
    ) THEN
        RAISE EXCEPTION 'a payment that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_payment_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_payment_moves BEFORE UPDATE OF status ON payments_payment
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION payments_payment_moves();

CREATE FUNCTION payments_payment_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was taken or given back does not become less'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_payment_only_grows';
END $$;
CREATE TRIGGER payments_payment_only_grows BEFORE UPDATE ON payments_payment
FOR EACH ROW WHEN (
    NEW.captured < OLD.captured OR NEW.amount <> OLD.amount OR NEW.currency <> OLD.currency
    OR NEW.booking_id <> OLD.booking_id
)
EXECUTE FUNCTION payments_payment_only_grows();

CREATE FUNCTION payments_refund_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('awaiting_approval', 'requested'), ('awaiting_approval', 'rejected'),
        ('requested', 'sent'), ('requested', 'done'), ('requested', 'failed'),
        ('requested', 'unknown'),
        ('unknown', 'sent'), ('unknown', 'done'), ('unknown', 'failed'),
        ('sent', 'done'), ('sent', 'failed'),
        ('done', 'failed')
    ) THEN
        RAISE EXCEPTION 'a refund that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_refund_moves BEFORE UPDATE OF status ON payments_refund
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION payments_refund_moves();

-- Refunds of one payment come one after another: its row is locked while they are counted.
CREATE FUNCTION payments_refund_within_what_was_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE paid record;
BEGIN
    SELECT captured, currency INTO paid FROM payments_payment WHERE id = NEW.payment_id FOR UPDATE;
    IF NEW.currency <> paid.currency OR paid.captured < NEW.amount + (
        SELECT coalesce(sum(amount), 0) FROM payments_refund
        WHERE payment_id = NEW.payment_id AND status NOT IN ('failed', 'rejected')
    ) THEN
        RAISE EXCEPTION 'more would be given back than was taken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_within_what_was_taken';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_refund_within_what_was_taken BEFORE INSERT ON payments_refund
FOR EACH ROW EXECUTE FUNCTION payments_refund_within_what_was_taken();
"""
BACK = """
DROP TRIGGER payments_payment_moves ON payments_payment;
DROP FUNCTION payments_payment_moves();
DROP TRIGGER payments_payment_only_grows ON payments_payment;
DROP FUNCTION payments_payment_only_grows();
DROP TRIGGER payments_refund_moves ON payments_refund;
DROP FUNCTION payments_refund_moves();
DROP TRIGGER payments_refund_within_what_was_taken ON payments_refund;
DROP FUNCTION payments_refund_within_what_was_taken();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_payments")]

    operations = [migrations.RunSQL(MOVES, BACK)]
