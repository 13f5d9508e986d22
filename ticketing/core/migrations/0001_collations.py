from django.contrib.postgres.operations import CreateCollation
from django.db import migrations

from ticketing.core.collations import CASE_INSENSITIVE, TEXT_ORDER


class Migration(migrations.Migration):
    initial = True
    operations = [
        CreateCollation(TEXT_ORDER, provider="icu", locale="und-u-kn-true"),
        CreateCollation(
            CASE_INSENSITIVE, provider="icu", locale="und-u-ks-level2", deterministic=False
        ),
    ]
