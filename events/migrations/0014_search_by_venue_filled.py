"""What is found already gets its venue, and the way to it is made while people go on finding."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FILL = "UPDATE events_searchtext SET starts_at = starts_at WHERE venue_id IS NULL"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0013_search_by_venue")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        AddIndexConcurrently(
            "searchtext",
            models.Index(fields=["venue", "starts_at"], name="events_searchtext_nearby"),
        ),
    ]
