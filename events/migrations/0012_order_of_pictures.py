from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0011_counts_of_late")]

    operations = [
        migrations.AddField(
            model_name="mediafile",
            name="position",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="position"
            ),
        ),
    ]
