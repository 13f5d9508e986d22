"""A list whose rule is changed goes on counting turns where its entries are. Before, "once" counted
what was taken back and "again after an exit" the exits as well: after more entries than that, made
while a ticket could come in as often as it liked, the next turn was one that had been had."""

from django.db import migrations

TURN = """
CREATE OR REPLACE FUNCTION bookings_doorentry_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE rule text; opened bigint;
BEGIN
    IF NEW.result <> 'admitted' THEN
        NEW.turn := 0;
        RETURN NEW;
    END IF;
    IF NEW.kind <> 'in' THEN
        SELECT count(*) INTO NEW.turn FROM bookings_doorentry
        WHERE ticket_id = NEW.ticket_id AND check_in_list_id = NEW.check_in_list_id
            AND result = 'admitted' AND kind = 'in';
        RETURN NEW;
    END IF;
    SELECT entries INTO rule FROM bookings_checkinlist WHERE id = NEW.check_in_list_id;
    -- What last opened a turn; whoever came in since has it.
    SELECT max(id) INTO opened FROM bookings_doorentry
    WHERE ticket_id = NEW.ticket_id AND check_in_list_id = NEW.check_in_list_id
        AND result = 'admitted'
        AND (rule = 'many' OR kind = 'undone' OR kind = 'out' AND rule = 'reentry');
    SELECT coalesce(max(turn), 0) + 1 INTO NEW.turn FROM bookings_doorentry
    WHERE ticket_id = NEW.ticket_id AND check_in_list_id = NEW.check_in_list_id
        AND result = 'admitted' AND kind = 'in' AND id <= opened;
    RETURN NEW;
END $$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION bookings_doorentry_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE rule text; ins integer; outs integer; undone integer;
BEGIN
    IF NEW.result <> 'admitted' THEN
        NEW.turn := 0;
        RETURN NEW;
    END IF;
    SELECT count(*) FILTER (WHERE kind = 'in'), count(*) FILTER (WHERE kind = 'out'),
        count(*) FILTER (WHERE kind = 'undone')
    INTO ins, outs, undone FROM bookings_doorentry
    WHERE ticket_id = NEW.ticket_id AND check_in_list_id = NEW.check_in_list_id
        AND result = 'admitted';
    IF NEW.kind <> 'in' THEN
        NEW.turn := ins;
        RETURN NEW;
    END IF;
    SELECT entries INTO rule FROM bookings_checkinlist WHERE id = NEW.check_in_list_id;
    NEW.turn := CASE rule WHEN 'once' THEN undone + 1 WHEN 'reentry' THEN outs + undone + 1
        ELSE ins + 1 END;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0011_fulfillment")]

    operations = [migrations.RunSQL(TURN, BEFORE)]
