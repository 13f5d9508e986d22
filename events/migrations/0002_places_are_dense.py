"""A pool's capacity and its places agree, whoever writes: numbers run from 1 to the capacity, a
place that somebody has is neither taken away nor given to another.

The claim updates `holder` alone and pays for none of it: the checks of density run for what
organizers do, and the one of the holder is a condition that is seldom true.
"""

from django.db import migrations

WHOLE = """
CREATE FUNCTION events_pool_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted integer;
    places bigint;
    last integer;
BEGIN
    -- As it is when the transaction ends, not as it was when it changed.
    SELECT coalesce(capacity, 0) INTO wanted FROM events_pool WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT count(*), coalesce(max(number), 0) INTO places, last
    FROM events_place WHERE pool_id = NEW.id;
    IF places <> wanted OR last <> wanted THEN
        RAISE EXCEPTION 'pool % is for % and has % places up to number %',
            NEW.id, wanted, places, last
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_pool_is_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER events_pool_is_whole AFTER INSERT OR UPDATE OF capacity
ON events_pool DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION events_pool_is_whole();

CREATE FUNCTION events_place_as_many() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    odd uuid;
BEGIN
    SELECT pool.id INTO odd
    FROM events_pool pool
    WHERE pool.id IN (SELECT DISTINCT pool_id FROM changed) AND coalesce(pool.capacity, 0) <> (
        SELECT count(*) FROM events_place WHERE pool_id = pool.id
    )
    LIMIT 1;
    IF odd IS NOT NULL THEN
        RAISE EXCEPTION 'pool % has another number of places than its capacity', odd
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_place_as_many_as_capacity';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER events_place_as_many_added AFTER INSERT ON events_place
REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION events_place_as_many();
CREATE TRIGGER events_place_as_many_left AFTER DELETE ON events_place
REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION events_place_as_many();

CREATE FUNCTION events_place_held_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'place % of pool % is somebody''s', OLD.number, OLD.pool_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'events_place_held_stays';
END $$;
CREATE TRIGGER events_place_held_stays BEFORE DELETE ON events_place
FOR EACH ROW WHEN (OLD.holder IS NOT NULL) EXECUTE FUNCTION events_place_held_stays();
CREATE TRIGGER events_place_one_holder BEFORE UPDATE OF holder ON events_place
FOR EACH ROW WHEN (OLD.holder IS NOT NULL AND NEW.holder IS NOT NULL AND OLD.holder <> NEW.holder)
EXECUTE FUNCTION events_place_held_stays();

CREATE FUNCTION events_place_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.pool_id <> OLD.pool_id OR NOT EXISTS (
        SELECT FROM events_pool WHERE id = NEW.pool_id AND NEW.number <= capacity
    ) THEN
        RAISE EXCEPTION 'place % cannot become number % of pool %', OLD.id, NEW.number, NEW.pool_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_place_numbered_to_capacity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER events_place_numbers BEFORE UPDATE OF number, pool_id ON events_place
FOR EACH ROW EXECUTE FUNCTION events_place_numbers();
"""
BACK = """
DROP TRIGGER events_place_numbers ON events_place;
DROP TRIGGER events_place_one_holder ON events_place;
DROP TRIGGER events_place_held_stays ON events_place;
DROP TRIGGER events_place_as_many_left ON events_place;
DROP TRIGGER events_place_as_many_added ON events_place;
DROP TRIGGER events_pool_is_whole ON events_pool;
DROP FUNCTION events_place_numbers();
DROP FUNCTION events_place_held_stays();
DROP FUNCTION events_place_as_many();
DROP FUNCTION events_pool_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_catalogue")]

    operations = [migrations.RunSQL(WHOLE, BACK)]
