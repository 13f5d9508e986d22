"""What is published already is found too. Apart from the tables: rows and their foreign keys do not go
into one transaction with what alters them."""

from django.db import migrations

FILL = """
SELECT events_search_refresh(id) FROM events_event
WHERE status = 'published'
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0007_search")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
