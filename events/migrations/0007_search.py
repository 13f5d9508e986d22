"""What can be found, and the words it is found by.

An event has a row in `events_searchtext` exactly while lists may show it: published, public, of an
organizer that is active. Triggers keep it so, whoever writes (docs/adr/0017-search.md).
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import (
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations, models

# Scripts that are written without blanks, or whose words carry their grammar at their end:
# Hangul, Han, kana, Thai, Lao, Myanmar, Khmer. Their words are every two signs in a row.
RUNS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1780-\u17dd\u3005-\u3007\u3041-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Whatever else is no blank, stop or bracket; signs of ASCII count as stops.
APART = r"[:space:][:punct:][:cntrl:]$+<=>^`|~"

WORDS = """
-- Lower case without accents. `unaccent` could be given other rules and so is not called immutable;
-- nobody gives it others here, and a new release of PostgreSQL calls for `rebuild_search`.
CREATE FUNCTION events_plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(
        public.unaccent('public.unaccent', normalize(words, NFKC) COLLATE "pg_unicode_fast")
        COLLATE "pg_unicode_fast"
    )
$$;

-- What takes the endings off a language's words; none for languages that PostgreSQL does not know.
CREATE FUNCTION events_search_stemmer(language text) RETURNS regdictionary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE split_part(lower(language), '-', 1)
        WHEN 'ar' THEN 'pg_catalog.arabic_stem' WHEN 'ca' THEN 'pg_catalog.catalan_stem'
        WHEN 'da' THEN 'pg_catalog.danish_stem' WHEN 'de' THEN 'pg_catalog.german_stem'
        WHEN 'el' THEN 'pg_catalog.greek_stem' WHEN 'en' THEN 'pg_catalog.english_stem'
        WHEN 'es' THEN 'pg_catalog.spanish_stem' WHEN 'eu' THEN 'pg_catalog.basque_stem'
        WHEN 'fi' THEN 'pg_catalog.finnish_stem' WHEN 'fr' THEN 'pg_catalog.french_stem'
        WHEN 'ga' THEN 'pg_catalog.irish_stem' WHEN 'hi' THEN 'pg_catalog.hindi_stem'
        WHEN 'hu' THEN 'pg_catalog.hungarian_stem' WHEN 'hy' THEN 'pg_catalog.armenian_stem'
        WHEN 'id' THEN 'pg_catalog.indonesian_stem' WHEN 'it' THEN 'pg_catalog.italian_stem'
        WHEN 'lt' THEN 'pg_catalog.lithuanian_stem' WHEN 'nb' THEN 'pg_catalog.norwegian_stem'
        WHEN 'ne' THEN 'pg_catalog.nepali_stem' WHEN 'nl' THEN 'pg_catalog.dutch_stem'
        WHEN 'nn' THEN 'pg_catalog.norwegian_stem' WHEN 'no' THEN 'pg_catalog.norwegian_stem'
        WHEN 'pt' THEN 'pg_catalog.portuguese_stem' WHEN 'ro' THEN 'pg_catalog.romanian_stem'
        WHEN 'ru' THEN 'pg_catalog.russian_stem' WHEN 'sr' THEN 'pg_catalog.serbian_stem'
        WHEN 'sv' THEN 'pg_catalog.swedish_stem' WHEN 'ta' THEN 'pg_catalog.tamil_stem'
        WHEN 'tr' THEN 'pg_catalog.turkish_stem' WHEN 'yi' THEN 'pg_catalog.yiddish_stem'
    END::regdictionary
$$;

-- A text in its words: each either a run of a script without blanks, or a word.
CREATE FUNCTION events_search_words(words text)
RETURNS TABLE (run text, word text, place bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 AS $$
    SELECT found[1], left(found[2], 60), place
    FROM regexp_matches(
        events_plain(words) COLLATE "pg_unicode_fast", '([@RUNS]+)|([^@RUNS@APART]+)', 'g'
    ) WITH ORDINALITY AS one (found, place)
$$;

-- Every two signs of a run, and its last one alone.
CREATE FUNCTION events_search_pairs(run text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 5 AS $$
    SELECT substr(run, place, 2) FROM generate_series(1, length(run)) AS place
$$;

-- A text as it is found: its words as they are written and without their endings.
CREATE FUNCTION events_search_vector(words text, language text, weight text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        string_agg(
            format('''%s'':%s%s', replace(replace(lexeme, '\\', '\\\\'), '''', ''''''),
                   least(place, 16000), weight),
            ' '
        )::tsvector,
        ''::tsvector
    )
    FROM (
        SELECT lexeme, place FROM events_search_words(words), events_search_pairs(run) AS lexeme
        UNION ALL
        SELECT word, place FROM events_search_words(words) WHERE word IS NOT NULL
        UNION ALL
        SELECT lexeme, place
        FROM events_search_words(words),
            unnest(ts_lexize(events_search_stemmer(language), word)) AS lexeme
        WHERE lexeme <> word
    ) AS said
$$;
"""
WORDS = WORDS.replace("@RUNS", RUNS).replace("@APART", APART)
WORDS_BACK = """
DROP FUNCTION events_search_vector;
DROP FUNCTION events_search_pairs;
DROP FUNCTION events_search_words;
DROP FUNCTION events_search_stemmer;
DROP FUNCTION events_plain;
"""

KEPT = """
-- Titles weigh most, then summaries, then names, then descriptions; each in its own language.
-- A category stands for all its names, which may change: one that is asked for is looked up then.
CREATE FUNCTION events_search_text(event events_event) RETURNS tsvector
LANGUAGE sql STABLE AS $$
    SELECT events_search_vector(event.title, event.language, 'A')
        || events_search_vector(event.summary, event.language, 'B')
        || coalesce((
            SELECT events_search_vector(string_agg(name, ' '), event.language, 'C')
            FROM (
                SELECT name FROM accounts_organizer WHERE id = event.organizer_id
                UNION ALL
                SELECT name || ' ' || city FROM events_venue WHERE id = event.venue_id
            ) AS names
        ), ''::tsvector)
        || coalesce(('''category:' || event.category_id || ''':1C')::tsvector, ''::tsvector)
        || coalesce((
            SELECT string_agg(
                (events_search_vector(title, language, 'A')
                || events_search_vector(summary, language, 'B')
                || events_search_vector(left(description, 20000), language, 'D'))::text, ' '
            )::tsvector
            FROM events_eventtext WHERE event_id = event.id
        ), ''::tsvector)
        || events_search_vector(left(event.description, 20000), event.language, 'D')
$$;

-- Bring what is found of an event up to date. Two at once may both add a word that is new: said
-- twice is as good as once, and so nobody waits for anybody.
CREATE FUNCTION events_search_refresh(wanted uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found tsvector;
BEGIN
    -- One after the other, so that each sees what the one before has written. Who books does not
    -- wait: foreign keys pass this lock.
    PERFORM FROM events_event WHERE id = wanted FOR NO KEY UPDATE;
    INSERT INTO events_searchtext AS known
        (event_id, organizer_id, starts_at, ends_at, vector)
    SELECT event.id, event.organizer_id, event.starts_at, event.ends_at, events_search_text(event)
    FROM events_event event
    JOIN accounts_organizer organizer ON organizer.id = event.organizer_id
    WHERE event.id = wanted AND event.status = 'published' AND event.visibility = 'public'
        AND organizer.status = 'active'
    ON CONFLICT (event_id) DO UPDATE SET
        starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, vector = EXCLUDED.vector
    RETURNING vector INTO found;
    IF found IS NULL THEN
        DELETE FROM events_searchtext WHERE event_id = wanted;
        RETURN;
    END IF;
    INSERT INTO events_searchword (word)
    SELECT lexeme
    FROM unnest(tsvector_to_array(found)) AS lexeme
    WHERE length(lexeme) > 1 AND lexeme !~ '[@RUNS:]' AND NOT EXISTS (
        SELECT FROM events_searchword WHERE word = lexeme
    );
END $$;

CREATE FUNCTION events_search_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_search_refresh(NEW.id);
    RETURN NULL;
END $$;
-- An event begins as a draft, which nobody finds.
CREATE TRIGGER events_search_event AFTER UPDATE ON events_event FOR EACH ROW WHEN (
    (OLD.status, OLD.visibility, OLD.starts_at, OLD.ends_at, OLD.title, OLD.summary,
     OLD.description, OLD.language, OLD.category_id, OLD.venue_id)
    IS DISTINCT FROM
    (NEW.status, NEW.visibility, NEW.starts_at, NEW.ends_at, NEW.title, NEW.summary,
     NEW.description, NEW.language, NEW.category_id, NEW.venue_id)
) EXECUTE FUNCTION events_search_event();

CREATE FUNCTION events_search_event_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_search_refresh(coalesce(NEW.event_id, OLD.event_id));
    RETURN NULL;
END $$;
CREATE TRIGGER events_search_event_text AFTER INSERT OR UPDATE OR DELETE ON events_eventtext
FOR EACH ROW EXECUTE FUNCTION events_search_event_text();

-- Events that are about to be published are locked by who does so: they are waited for too.
CREATE FUNCTION events_search_venue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_search_refresh(id)
    FROM (
        SELECT id FROM events_event
        WHERE venue_id = NEW.id AND status IN ('draft', 'published', 'unpublished') ORDER BY id
    ) AS open;
    RETURN NULL;
END $$;
CREATE TRIGGER events_search_venue AFTER UPDATE ON events_venue
FOR EACH ROW WHEN ((OLD.name, OLD.city) IS DISTINCT FROM (NEW.name, NEW.city))
EXECUTE FUNCTION events_search_venue();

CREATE FUNCTION events_search_organizer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM events_search_refresh(id)
    FROM (
        SELECT id FROM events_event
        WHERE organizer_id = NEW.id AND status IN ('draft', 'published', 'unpublished')
        ORDER BY id
    ) AS open;
    RETURN NULL;
END $$;
CREATE TRIGGER events_search_organizer AFTER UPDATE ON accounts_organizer
FOR EACH ROW WHEN ((OLD.name, OLD.status) IS DISTINCT FROM (NEW.name, NEW.status))
EXECUTE FUNCTION events_search_organizer();

ALTER TABLE events_searchtext ADD CONSTRAINT events_searchtext_same_event_and_organizer
FOREIGN KEY (event_id, organizer_id) REFERENCES events_event (id, organizer_id)
DEFERRABLE INITIALLY DEFERRED;
"""
KEPT = KEPT.replace("@RUNS", RUNS)
KEPT_BACK = """
DROP TRIGGER events_search_organizer ON accounts_organizer;
DROP TRIGGER events_search_venue ON events_venue;
DROP TRIGGER events_search_event_text ON events_eventtext;
DROP TRIGGER events_search_event ON events_event;
DROP FUNCTION events_search_organizer;
DROP FUNCTION events_search_venue;
DROP FUNCTION events_search_event_text;
DROP FUNCTION events_search_event;
DROP FUNCTION events_search_refresh;
DROP FUNCTION events_search_text;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("events", "0006_media"),
    ]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(WORDS, WORDS_BACK),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "vector",
                    django.contrib.postgres.search.SearchVectorField(verbose_name="words"),
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
                "verbose_name": "words of an event",
                "verbose_name_plural": "words of events",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"], name="events_searchtext_words", fastupdate=False
                    ),
                    models.Index(fields=["starts_at", "event"], name="events_searchtext_soonest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.TextField(db_collation="C", verbose_name="word")),
            ],
            options={
                "verbose_name": "word that is found",
                "verbose_name_plural": "words that are found",
                "indexes": [
                    models.Index(fields=["word"], name="events_searchword_word"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"],
                        name="events_searchword_alike",
                        opclasses=["gin_trgm_ops"],
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, KEPT_BACK),
    ]
