"""What a new installation begins with; staff change it in the back office."""

from datetime import date

from django.db import migrations

CATEGORIES = {
    "music": {"en": "Music", "fr": "Musique"},
    "theatre-and-dance": {"en": "Theatre and dance", "fr": "Théâtre et danse"},
    "comedy": {"en": "Comedy", "fr": "Humour"},
    "film": {"en": "Film", "fr": "Cinéma"},
    "art-and-exhibitions": {"en": "Art and exhibitions", "fr": "Art et expositions"},
    "festivals": {"en": "Festivals", "fr": "Festivals"},
    "nightlife": {"en": "Nightlife", "fr": "Soirées"},
    "food-and-drink": {"en": "Food and drink", "fr": "Gastronomie"},
    "sport": {"en": "Sport", "fr": "Sport"},
    "outdoors": {"en": "Outdoors", "fr": "Plein air"},
    "families": {"en": "Families", "fr": "En famille"},
    "courses-and-workshops": {"en": "Courses and workshops", "fr": "Cours et ateliers"},
    "talks-and-conferences": {"en": "Talks and conferences", "fr": "Conférences"},
    "business": {"en": "Business", "fr": "Professionnel"},
    "community": {"en": "Community", "fr": "Vie locale"},
    "other": {"en": "Other", "fr": "Autre"},
}

# Value added and sales taxes as they stand at the beginning of 2026: place, name, standard rate.
# What a country asks of admissions may be lower; organizers choose the kind, staff add rates.
STANDARD = [
    ("AT", "", "USt", "20"), ("AU", "", "GST", "10"), ("BE", "", "TVA", "21"),
    ("BF", "", "TVA", "18"), ("BG", "", "ДДС", "20"), ("BJ", "", "TVA", "18"),
    ("CA", "", "GST", "5"), ("CA", "NB", "HST", "15"), ("CA", "NL", "HST", "15"),
    ("CA", "NS", "HST", "14"), ("CA", "ON", "HST", "13"), ("CA", "PE", "HST", "15"),
    ("CA", "QC", "TPS + TVQ", "14.975"), ("CH", "", "MWST", "8.1"), ("CI", "", "TVA", "18"),
    ("CY", "", "ΦΠΑ", "19"), ("CZ", "", "DPH", "21"), ("DE", "", "USt", "19"),
    ("DK", "", "moms", "25"), ("EE", "", "KM", "24"), ("ES", "", "IVA", "21"),
    ("FI", "", "ALV", "25.5"), ("FR", "", "TVA", "20"), ("GB", "", "VAT", "20"),
    ("GR", "", "ΦΠΑ", "24"), ("HR", "", "PDV", "25"), ("HU", "", "ÁFA", "27"),
    ("IE", "", "VAT", "23"), ("IN", "", "GST", "18"), ("IT", "", "IVA", "22"),
    ("JP", "", "消費税", "10"), ("LT", "", "PVM", "21"), ("LU", "", "TVA", "17"),
    ("LV", "", "PVN", "21"), ("ML", "", "TVA", "18"), ("MT", "", "VAT", "18"),
    ("MX", "", "IVA", "16"), ("NE", "", "TVA", "19"), ("NG", "", "VAT", "7.5"),
    ("NL", "", "btw", "21"), ("NO", "", "MVA", "25"), ("PL", "", "VAT", "23"),
    ("PT", "", "IVA", "23"), ("RO", "", "TVA", "21"), ("SE", "", "moms", "25"),
    ("SG", "", "GST", "9"), ("SI", "", "DDV", "22"), ("SK", "", "DPH", "23"),
    ("SN", "", "TVA", "18"), ("TG", "", "TVA", "18"),
]  # fmt: skip


def write(apps, schema_editor):
    Category = apps.get_model("events", "Category")
    CategoryName = apps.get_model("events", "CategoryName")
    TaxRate = apps.get_model("events", "TaxRate")
    for position, (slug, names) in enumerate(CATEGORIES.items(), 1):
        category = Category.objects.create(slug=slug, position=position)
        CategoryName.objects.bulk_create(
            CategoryName(category=category, language=language, name=name)
            for language, name in names.items()
        )
    TaxRate.objects.bulk_create(
        TaxRate(
            country=country,
            region=region,
            kind="standard",
            name=name,
            percent=percent,
            valid_from=date(2026, 1, 1),
        )
        for country, region, name, percent in STANDARD
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_places_are_dense")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop, elidable=False)]
