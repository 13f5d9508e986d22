from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Whoever books meanwhile does not wait for it.
    atomic = False
    dependencies = [("bookings", "0003_files_of_tickets")]

    operations = [
        AddIndexConcurrently(
            model_name="booking",
            index=models.Index(fields=["mailbox"], name="bookings_booking_by_mailbox"),
        ),
    ]
