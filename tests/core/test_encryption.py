"""What only the product may read, and what becomes of it when keys change."""

import secrets
from base64 import b64encode
from io import StringIO

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import F
from django.test.utils import isolate_apps

from ticketing.core import rotation
from ticketing.core.encryption import (
    CannotDecrypt,
    EncryptedJSONField,
    EncryptedTextField,
    decrypt,
    encrypt,
)
from ticketing.core.rotation import encrypted_elsewhere, places, rotate


def new_key():
    return b64encode(secrets.token_bytes(32)).decode()


OLD, NEW, STRANGE = new_key(), new_key(), new_key()


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.FIELD_KEYS = [OLD]


def test_text_comes_back_for_the_same_purpose():
    for text in ("", "JBSWY3DPEHPK3PXP", "clé à molette 🔧", "x" * 100_000):
        assert decrypt(encrypt(text, purpose="seed"), purpose="seed") == text


def test_one_text_twice_gives_two_tokens_that_do_not_show_it():
    one, other = (encrypt("JBSWY3DPEHPK3PXP", purpose="seed") for _ in range(2))

    assert one != other
    assert "JBSWY3DPEHPK3PXP" not in one + other


def test_token_when_written_for_another_purpose_stays_closed():
    token = encrypt("JBSWY3DPEHPK3PXP", purpose="seed")

    with pytest.raises(CannotDecrypt, match="another purpose than 'note'"):
        decrypt(token, purpose="note")


@pytest.mark.parametrize("place", [-2, -20, 12])
def test_token_when_one_character_is_changed_stays_closed(place):
    token = encrypt("JBSWY3DPEHPK3PXP", purpose="seed")
    other = "A" if token[place] != "A" else "B"
    changed = token[:place] + other + token[place:][1:]

    with pytest.raises(CannotDecrypt, match="was changed"):
        decrypt(changed, purpose="seed")


@pytest.mark.parametrize("cut", [11, 20, 40])
def test_token_when_cut_short_stays_closed(cut):
    with pytest.raises(CannotDecrypt, match="was changed"):
        decrypt(encrypt("JBSWY3DPEHPK3PXP", purpose="seed")[:cut], purpose="seed")


def test_token_when_its_key_is_relabelled_stays_closed(settings):
    settings.FIELD_KEYS = [OLD, NEW]
    one = encrypt("seed", purpose="seed")
    settings.FIELD_KEYS = [NEW, OLD]
    other = encrypt("seed", purpose="seed")
    label = other.rpartition(".")[0]

    with pytest.raises(CannotDecrypt, match="was changed"):
        decrypt(f"{label}.{one.rpartition('.')[2]}", purpose="seed")


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("JBSWY3DPEHPK3PXP", "never encrypted"),
        ("", "never encrypted"),
        ("2.00000000.AAAA", "of version 2, not 1"),
        ("1.00000000.AAAA", "sealed with key 00000000; FIELD_KEYS has"),
    ],
)
def test_token_that_is_none_of_ours_says_why(token, reason):
    with pytest.raises(CannotDecrypt, match=reason):
        decrypt(token, purpose="seed")


def test_token_when_its_key_is_gone_names_the_key_and_shows_nothing(settings):
    token = encrypt("JBSWY3DPEHPK3PXP", purpose="seed")
    settings.FIELD_KEYS = [NEW]

    with pytest.raises(CannotDecrypt) as caught:
        decrypt(token, purpose="seed")

    assert f"sealed with key {token.split('.')[1]}" in str(caught.value)
    assert OLD not in str(caught.value)
    assert NEW not in str(caught.value)


def test_61_two_active_keys_the_first_encrypts_and_both_decrypt(settings):
    before = encrypt("seed", purpose="seed")

    settings.FIELD_KEYS = [NEW, OLD]
    after = encrypt("seed", purpose="seed")

    assert [decrypt(token, purpose="seed") for token in (before, after)] == ["seed", "seed"]
    settings.FIELD_KEYS = [NEW]
    assert decrypt(after, purpose="seed") == "seed"
    with pytest.raises(CannotDecrypt):
        decrypt(before, purpose="seed")


# --- Fields ---------------------------------------------------------------------------------


@pytest.fixture
def safes(db, monkeypatch):
    """A model with encrypted fields, its table there for one test."""
    with isolate_apps("ticketing.core") as apps:

        class Safe(models.Model):  # noqa: DJ008 - for one test
            content = EncryptedTextField(null=True)
            facts = EncryptedJSONField(null=True)
            kept = EncryptedTextField(default="", purpose="core.box.kept")

            class Meta:
                app_label = "core"

        class Foreign(models.Model):  # noqa: DJ008 - for one test
            data = models.JSONField()

            class Meta:
                app_label = "core"

        monkeypatch.setattr(rotation, "apps", apps)
        monkeypatch.setattr(rotation, "_elsewhere", {})
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE core_safe"
                " (id bigserial PRIMARY KEY, content text, facts text, kept text) ON COMMIT DROP;"
                "CREATE TEMP TABLE core_foreign (id bigserial PRIMARY KEY, data jsonb) ON COMMIT DROP"
            )
        yield Safe


def stored(column="content", table="core_safe"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_field_keeps_tokens_and_gives_texts(safes):
    safes.objects.create(content="gold", facts={"bars": [1, "é", None]}, kept="ring")

    safe = safes.objects.get()

    assert (safe.content, safe.facts, safe.kept) == ("gold", {"bars": [1, "é", None]}, "ring")
    assert decrypt(stored()[0], purpose="core.safe.content") == "gold"
    assert decrypt(stored("facts")[0], purpose="core.safe.facts") == '{"bars":[1,"é",null]}'
    assert decrypt(stored("kept")[0], purpose="core.box.kept") == "ring"


def test_field_when_null_stays_null_and_can_be_found_by_that(safes):
    safes.objects.create()
    safes.objects.create(content="gold")

    assert stored()[0] is None
    assert [safe.content for safe in safes.objects.filter(content__isnull=True)] == [None]


def test_field_is_encrypted_by_every_way_to_write(safes):
    safe = safes.objects.create(content="one")
    safes.objects.bulk_create([safes(content="two")])
    safes.objects.update(kept="three")
    safe.content = "four"
    safes.objects.bulk_update([safe], ["content"])

    assert sorted(safe.content for safe in safes.objects.all()) == ["four", "two"]
    assert {safe.kept for safe in safes.objects.all()} == {"three"}
    assert all(token.startswith("1.") for token in stored() + stored("kept"))


@pytest.mark.parametrize("lookup", ["content", "content__startswith", "facts__bars", "content__in"])
def test_field_when_searched_for_refuses(safes, lookup):
    with pytest.raises(FieldError, match="is encrypted"):
        safes.objects.filter(**{lookup: "gold"}).count()


def test_field_as_index_or_unique_is_refused():
    for option in ({"unique": True}, {"db_index": True}):
        with pytest.raises(FieldError, match="neither index nor unique"):
            EncryptedTextField(**option)


def test_field_when_the_database_holds_plain_text_says_so(safes):
    safes.objects.create(content="gold")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_safe SET content = 'gold'")

    with pytest.raises(CannotDecrypt, match=r"'core\.safe.content' was never encrypted"):
        safes.objects.get()


def test_field_of_another_column_is_another_purpose(safes):
    safes.objects.create(content="gold", kept="ring")
    safes.objects.update(content=F("kept"))

    with pytest.raises(CannotDecrypt, match="another purpose"):
        safes.objects.get()


def test_field_in_a_migration_names_its_purpose_only_when_given():
    assert EncryptedTextField().deconstruct()[3] == {}
    assert EncryptedTextField(purpose="a.b.c").deconstruct()[3] == {"purpose": "a.b.c"}


# --- Rotation -------------------------------------------------------------------------------


def rotate_all():
    output = StringIO()
    call_command("rotate_field_keys", stdout=output)
    return output.getvalue()


def test_61_rotation_brings_every_field_to_the_first_key(safes, settings, monkeypatch):
    monkeypatch.setattr(rotation, "ROWS_AT_ONCE", 2)
    safes.objects.bulk_create([safes(content=str(n), facts=[n]) for n in range(5)])
    safes.objects.create(content=None)
    settings.FIELD_KEYS = [NEW, OLD]
    safes.objects.create(content="5", facts=[5])

    said = rotate_all()

    assert "core.Safe.content: 5 rows encrypted anew" in said
    assert "core.Safe.facts: 5 rows encrypted anew" in said
    settings.FIELD_KEYS = [NEW]
    assert [safe.content for safe in safes.objects.order_by("id")] == [*"01234", None, "5"]


def test_rotation_when_run_again_finds_nothing_to_do(safes, settings):
    safes.objects.create(content="gold")
    settings.FIELD_KEYS = [NEW, OLD]
    rotate_all()
    tokens = stored()

    said = rotate_all()

    assert "core.Safe.content: 0 rows" in said
    assert stored() == tokens


def test_rotation_when_interrupted_goes_on_where_it_was(safes, settings, monkeypatch):
    monkeypatch.setattr(rotation, "ROWS_AT_ONCE", 2)
    safes.objects.bulk_create([safes(content=str(n)) for n in range(5)])
    settings.FIELD_KEYS = [NEW, OLD]
    write, written = rotation.write, []

    def write_three(place, key, value):
        if len(written) == 3:
            raise KeyboardInterrupt
        write(place, key, value)
        written.append(key)

    monkeypatch.setattr(rotation, "write", write_three)
    with pytest.raises(KeyboardInterrupt):
        rotate(next(places()))
    monkeypatch.setattr(rotation, "write", write)

    rotate_all()

    settings.FIELD_KEYS = [NEW]
    assert [safe.content for safe in safes.objects.order_by("id")] == [*"01234"]


def test_rotation_when_a_row_cannot_be_read_does_the_others_and_names_it(safes, settings):
    lost = safes.objects.create(content="lost")
    settings.FIELD_KEYS = [STRANGE]
    safes.objects.create(content="kept")
    settings.FIELD_KEYS = [NEW, STRANGE]

    with pytest.raises(CommandError, match=f"core.Safe.content of {lost.pk}: .* sealed with key"):
        rotate_all()

    settings.FIELD_KEYS = [NEW]
    assert safes.objects.last().content == "kept"


def test_rotation_finds_tokens_in_the_json_of_others(safes, settings):
    encrypted_elsewhere("core.Foreign", "data", purpose="foreign.data")
    encrypted_elsewhere("absent.Model", "data", purpose="absent")
    foreign = rotation.apps.get_model("core", "Foreign")
    token = encrypt("JBSWY3DPEHPK3PXP", purpose="foreign.data")
    foreign.objects.create(data={"secret": token, "codes": [token, "plain", 7], "name": "1.5.x"})
    foreign.objects.create(data={"credential": "plain"})
    settings.FIELD_KEYS = [NEW, OLD]

    said = rotate_all()

    assert "core.Foreign.data: 1 rows encrypted anew" in said
    settings.FIELD_KEYS = [NEW]
    data = foreign.objects.first().data
    assert decrypt(data["secret"], purpose="foreign.data") == "JBSWY3DPEHPK3PXP"
    assert decrypt(data["codes"][0], purpose="foreign.data") == "JBSWY3DPEHPK3PXP"
    assert (data["codes"][1:], data["name"]) == (["plain", 7], "1.5.x")
