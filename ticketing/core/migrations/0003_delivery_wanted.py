import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_idempotency_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="wanted_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="wanted"
            ),
        ),
        # Rows are changed several times within seconds: vacuum must come by more often than usual.
        migrations.RunSQL(
            "ALTER TABLE core_delivery SET (autovacuum_vacuum_scale_factor = 0.02)",
            "ALTER TABLE core_delivery RESET (autovacuum_vacuum_scale_factor)",
        ),
    ]
