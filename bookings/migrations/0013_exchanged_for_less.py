from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0012_turns_of_changed_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="taken_off",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, editable=False, verbose_name="given back of its price"
            ),
        ),
    ]
