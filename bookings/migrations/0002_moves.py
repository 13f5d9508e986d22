"""Bookings and tickets go the ways of BOOKING_MOVES and TICKET_MOVES as they were when this was
written, whoever writes; a test holds both against each other."""

from django.db import migrations

MOVES = """
CREATE FUNCTION bookings_booking_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('held', 'confirmed'), ('held', 'expiring'), ('held', 'expired'), ('held', 'cancelled'),
        ('expiring', 'confirmed'), ('expiring', 'expired'),
        ('expired', 'confirmed'),
        ('confirmed', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'a booking that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_booking_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bookings_booking_moves BEFORE UPDATE OF status ON bookings_booking
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION bookings_booking_moves();

CREATE FUNCTION bookings_ticket_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.generation < OLD.generation THEN
        RAISE EXCEPTION 'a ticket does not go back to a code that is dead'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_ticket_generation_rises';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('reserved', 'valid'), ('reserved', 'void'), ('valid', 'void')
    ) THEN
        RAISE EXCEPTION 'a ticket that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_ticket_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bookings_ticket_moves BEFORE UPDATE OF status, generation ON bookings_ticket
FOR EACH ROW EXECUTE FUNCTION bookings_ticket_moves();
"""
BACK = """
DROP TRIGGER bookings_booking_moves ON bookings_booking;
DROP FUNCTION bookings_booking_moves();
DROP TRIGGER bookings_ticket_moves ON bookings_ticket;
DROP FUNCTION bookings_ticket_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_bookings")]

    operations = [migrations.RunSQL(MOVES, BACK)]
