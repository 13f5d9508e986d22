"""The last days of everybody's counts, for the back office's first page."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0010_per_person")]

    operations = [
        AddIndexConcurrently(
            "eventcount", BrinIndex(fields=["day"], name="events_eventcount_lately")
        ),
    ]
