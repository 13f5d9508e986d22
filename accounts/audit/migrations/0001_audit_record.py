import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

import ticketing.core.ids
from ticketing.core.append_only import append_only

PARTS = [("origin", "Where it came from"), ("change", "What it changed")]

# Whoever inserts an entry cannot forget to have it sealed.
WAIT = """
CREATE FUNCTION audit_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_waiting (chain, entry_id)
    VALUES (coalesce(NEW.organizer, '00000000-0000-0000-0000-000000000000'), NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_waits()
"""
WAIT_NO_MORE = "DROP TRIGGER audit_entry_waits ON audit_entry; DROP FUNCTION audit_entry_waits"
# Whoever erases a payload cannot hide that it was there.
LEAVE_A_TRACE = """
CREATE FUNCTION audit_payload_leaves_a_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_erasure (entry_id, part) VALUES (OLD.entry_id, OLD.part)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_payload_leaves_a_trace AFTER DELETE ON audit_payload
FOR EACH ROW EXECUTE FUNCTION audit_payload_leaves_a_trace()
"""
LEAVE_NO_TRACE = """
DROP TRIGGER audit_payload_leaves_a_trace ON audit_payload;
DROP FUNCTION audit_payload_leaves_a_trace
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(default=ticketing.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("organizer", models.UUIDField(help_text="Whose chain it is in; the platform's if empty.", null=True, verbose_name="organizer")),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
                ("actor_type", models.CharField(blank=True, max_length=60, verbose_name="kind of actor")),
                ("actor_id", models.CharField(blank=True, max_length=64, verbose_name="actor")),
                ("action", models.CharField(max_length=100, verbose_name="action")),
                ("object_type", models.CharField(blank=True, max_length=60, verbose_name="kind of object")),
                ("object_id", models.CharField(blank=True, max_length=64, verbose_name="object")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("origin_digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the origin")),
                ("change_digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the change")),
            ],
            options={
                "verbose_name": "act",
                "verbose_name_plural": "acts",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["organizer", "id"], name="audit_entry_by_organizer"),
                    models.Index(fields=["actor_id", "id"], name="audit_entry_by_actor"),
                    models.Index(fields=["object_id", "id"], name="audit_entry_by_object"),
                    models.Index(fields=["action", "id"], name="audit_entry_by_action"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["occurred_at"], name="audit_entry_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("action__regex", "^[a-z_]+(\\.[a-z_]+)+$")), name="audit_entry_action_dotted"),
                    models.CheckConstraint(condition=models.Q(("organizer", uuid.UUID(int=0)), _negated=True), name="audit_entry_platform_is_nobody"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payload",
            fields=[
                ("pk", models.CompositePrimaryKey("entry_id", "part", blank=True, editable=False, primary_key=True, serialize=False)),
                ("entry", models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="payloads", to="audit.entry")),
                ("part", models.CharField(choices=PARTS, max_length=10)),
                ("salt", models.CharField(max_length=32)),
                ("data", models.JSONField()),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=125), default=list, help_text="Whom it is about beside actor and object.", size=None)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(("people", []), _negated=True), fields=["people"], name="audit_payload_by_people"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("part__in", ["origin", "change"])), name="audit_payload_part_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("pk", models.CompositePrimaryKey("entry_id", "part", blank=True, editable=False, primary_key=True, serialize=False)),
                ("entry", models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="erasures", to="audit.entry")),
                ("part", models.CharField(choices=PARTS, max_length=10)),
                ("erased_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("part__in", ["origin", "change"])), name="audit_erasure_part_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("entry", models.OneToOneField(on_delete=models.PROTECT, primary_key=True, related_name="seal", serialize=False, to="audit.entry")),
                ("chain", models.UUIDField()),
                ("seq", models.BigIntegerField(verbose_name="number")),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                ("sealed_at", models.DateTimeField(verbose_name="sealed")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "seq"), name="audit_seal_one_chain"),
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="audit_seal_seq_counts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("pk", models.CompositePrimaryKey("chain", "entry_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("chain", models.UUIDField()),
                ("entry", models.ForeignKey(db_index=False, on_delete=models.PROTECT, related_name="+", to="audit.entry")),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=500)),
                ("heads", models.JSONField(help_text="Of each chain that had grown: number and hash.")),
                ("anchored_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["place", "-anchored_at"], name="audit_anchor_latest")],
            },
        ),
        migrations.RunSQL(WAIT, WAIT_NO_MORE),
        migrations.RunSQL(LEAVE_A_TRACE, LEAVE_NO_TRACE),
        append_only("audit_entry"),
        append_only("audit_payload", may="DELETE"),
        append_only("audit_erasure"),
        append_only("audit_seal"),
        append_only("audit_anchor"),
    ]  # fmt: skip
