-- Bare copies of the tables that a free booking writes to, for skeleton.py.
DROP SCHEMA IF EXISTS skeleton CASCADE;
CREATE SCHEMA skeleton;
SET search_path TO skeleton;
CREATE TABLE place (id bigint PRIMARY KEY, number int NOT NULL, holder uuid);
INSERT INTO place SELECT number, number FROM generate_series(1, 100000) AS number;
CREATE INDEX place_free ON place (number) WHERE holder IS NULL;
CREATE INDEX place_held ON place (holder) WHERE holder IS NOT NULL;
CREATE TABLE booking (
    id uuid PRIMARY KEY, reference text UNIQUE, email text, created_at timestamptz DEFAULT now()
);
CREATE TABLE line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id uuid REFERENCES booking, ticket_type text, quantity int
);
CREATE INDEX line_booking ON line (booking_id);
CREATE TABLE ticket (
    id uuid PRIMARY KEY, booking_id uuid REFERENCES booking, line_id bigint REFERENCES line,
    place_id bigint UNIQUE REFERENCES place
);
CREATE INDEX ticket_booking ON ticket (booking_id);
CREATE TABLE event (
    id uuid PRIMARY KEY, name text, body jsonb, occurred_at timestamptz DEFAULT now()
);
CREATE TABLE delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid REFERENCES event,
    subscriber text, due_at timestamptz DEFAULT now(), UNIQUE (event_id, subscriber)
);
CREATE INDEX delivery_due ON delivery (due_at);
CREATE TABLE record (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action text, object_id uuid, change jsonb, occurred_at timestamptz DEFAULT now()
);
CREATE INDEX record_object ON record (object_id);
ANALYZE;
