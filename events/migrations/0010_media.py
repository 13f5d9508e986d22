import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ticketing.core.ids

# As MEDIA_MOVES had it when this was written; a test holds both against each other. A copy of a
# file begins ready: what it shows was looked into already.
LIFE = """
CREATE FUNCTION events_mediafile_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'awaiting' OR NEW.state = 'ready' AND EXISTS (
            SELECT 1 FROM events_mediafile
            WHERE folder = NEW.folder AND state = 'ready' AND digest = NEW.digest
        ) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a file cannot begin as %', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_mediafile_moves';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('awaiting', 'uploaded'), ('uploaded', 'scanning'), ('quarantined', 'scanning'),
        ('scanning', 'quarantined'), ('scanning', 'ready'), ('scanning', 'refused')
    ) THEN
        RAISE EXCEPTION 'a file that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'events_mediafile_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER events_mediafile_moves BEFORE INSERT OR UPDATE OF state
ON events_mediafile FOR EACH ROW EXECUTE FUNCTION events_mediafile_moves();
"""
LIFE_BACK = """
DROP TRIGGER events_mediafile_moves ON events_mediafile;
DROP FUNCTION events_mediafile_moves();
"""
# What belongs together says so twice, and the database holds both against each other.
BELONGING = {
    "events_mediafile_same_event_and_organizer": (
        "events_mediafile",
        "event_id, organizer_id",
        "events_event (id, organizer_id)",
    ),
    "events_event_same_cover": ("events_event", "cover_id, id", "events_mediafile (id, event_id)"),
}


def same(name: str, table: str, columns: str, others: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns})"
        f" REFERENCES {others} DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_signing_in_and_teams"),
        ("events", "0006_per_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MediaFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ticketing.core.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "folder",
                    models.UUIDField(
                        default=ticketing.core.ids.new_id, editable=False, verbose_name="folder"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("cover", "Cover"),
                            ("gallery", "Gallery"),
                            ("attachment", "Attachment"),
                            ("answer", "Answer to a question"),
                        ],
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting", "Not sent yet"),
                            ("uploaded", "Arrived"),
                            ("scanning", "Being looked into"),
                            ("quarantined", "Waits for the virus scanner"),
                            ("ready", "Ready"),
                            ("refused", "Refused"),
                        ],
                        default="awaiting",
                        editable=False,
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True, editable=False, max_length=20, verbose_name="refused because"
                    ),
                ),
                (
                    "filename",
                    models.CharField(
                        db_collation="pg_unicode_fast", max_length=200, verbose_name="name"
                    ),
                ),
                ("content_type", models.CharField(max_length=100, verbose_name="kind of file")),
                ("size", models.PositiveIntegerField(help_text="In bytes.", verbose_name="size")),
                (
                    "digest",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="SHA-256"
                    ),
                ),
                (
                    "scanner",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Empty where no virus scanner was configured.",
                        max_length=100,
                        verbose_name="scanned by",
                    ),
                ),
                (
                    "width",
                    models.PositiveIntegerField(
                        blank=True, editable=False, null=True, verbose_name="width"
                    ),
                ),
                (
                    "height",
                    models.PositiveIntegerField(
                        blank=True, editable=False, null=True, verbose_name="height"
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        blank=True, editable=False, max_length=7, verbose_name="colour"
                    ),
                ),
                (
                    "variants",
                    models.JSONField(
                        blank=True, default=list, editable=False, verbose_name="sizes"
                    ),
                ),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        db_collation="pg_unicode_fast",
                        help_text="What is to be seen, for who cannot see it. Empty for mere decoration.",
                        max_length=300,
                        verbose_name="description",
                    ),
                ),
                (
                    "focal_x",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Percent; what must stay in view when the picture is cut.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="focus from the left",
                    ),
                ),
                (
                    "focal_y",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Percent.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="focus from the top",
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="announced",
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="arrived"
                    ),
                ),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="ready or refused"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                (
                    "organizer",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organizer",
                        verbose_name="organizer",
                    ),
                ),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "ordering": ["-requested_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "event"), name="events_mediafile_of_event"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purpose__in", ["cover", "gallery", "attachment", "answer"])
                        ),
                        name="events_mediafile_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "awaiting",
                                    "uploaded",
                                    "scanning",
                                    "quarantined",
                                    "ready",
                                    "refused",
                                ],
                            )
                        ),
                        name="events_mediafile_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "refused"), models.Q(("refusal", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state", "refused"), _negated=True), ("refusal", "")
                            ),
                            _connector="OR",
                        ),
                        name="events_mediafile_refused_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("filename", ""), _negated=True),
                            models.Q(("content_type", ""), _negated=True),
                        ),
                        name="events_mediafile_has_name_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="events_mediafile_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "awaiting"), ("uploaded_at", None)),
                            models.Q(
                                models.Q(("state", "awaiting"), _negated=True),
                                ("uploaded_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="events_mediafile_uploaded_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", False), ("state__in", ["ready", "refused"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["ready", "refused"]), _negated=True),
                                ("settled_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="events_mediafile_settled_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            ("digest__regex", "^[0-9a-f]{64}$"),
                            _connector="OR",
                        ),
                        name="events_mediafile_ready_is_read",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "ready"),
                                ("purpose__in", ["cover", "gallery"]),
                                _negated=True,
                            ),
                            models.Q(
                                ("colour__regex", "^#[0-9a-f]{6}$"),
                                ("height__gt", 0),
                                ("height__isnull", False),
                                ("width__gt", 0),
                                ("width__isnull", False),
                                models.Q(("variants", []), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="events_mediafile_shown_as_a_picture",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("focal_x__lte", 100), ("focal_y__lte", 100)),
                        name="events_mediafile_focus_within",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["folder"], name="events_mediafile_folder"),
                    models.Index(
                        condition=models.Q(("state__in", ["awaiting", "refused"])),
                        fields=["requested_at"],
                        name="events_mediafile_to_sweep",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="cover",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.mediafile",
                verbose_name="cover",
            ),
        ),
        migrations.RunSQL(LIFE, LIFE_BACK),
        *(same(name, *belonging) for name, belonging in BELONGING.items()),
    ]
