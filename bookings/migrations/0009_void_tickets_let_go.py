"""A place could not be taken away while a void ticket still named it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bookings", "0008_imports")]

    operations = [
        migrations.RunSQL(
            "UPDATE bookings_ticket SET place_id = NULL WHERE status = 'void' AND place_id IS NOT NULL",
            migrations.RunSQL.noop,
        )
    ]
