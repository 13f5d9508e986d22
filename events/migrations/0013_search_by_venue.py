"""What is found by words knows its venue: near a place it is found without a look at each event."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION events_search_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT venue_id INTO NEW.venue_id FROM events_event WHERE id = NEW.event_id;
    RETURN NEW;
END $$;
CREATE TRIGGER events_search_place BEFORE INSERT OR UPDATE ON events_searchtext
FOR EACH ROW EXECUTE FUNCTION events_search_place();
"""
KEPT_BACK = """
DROP TRIGGER events_search_place ON events_searchtext;
DROP FUNCTION events_search_place;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0012_order_of_pictures")]

    operations = [
        migrations.AddField(
            model_name="searchtext",
            name="venue",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="events.venue",
                verbose_name="venue",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_BACK),
    ]
