"""The heads of the chains, written down outside."""

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import boto3
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from moto.server import ThreadedMotoServer

from accounts.audit.domain.anchors import anchor_heads, is_due
from accounts.audit.domain.chain import seal_waiting
from accounts.audit.enums import PLATFORM
from accounts.audit.models import Anchor, Seal
from accounts.audit.places import BucketPlace, FilePlace, MailPlace, anchor_everywhere, kept_lines
from accounts.audit.tasks import anchor
from tests.accounts.audit.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def file(tmp_path):
    return FilePlace((tmp_path / "outside" / "anchors.jsonl").as_uri())


def lines_in(place):
    return [json.loads(line) for line in kept_lines([place.path])]


def test_file_gets_a_line_for_each_chain(sealed, file):
    organizer = uuid4()
    sealed(2)
    sealed(organizer=organizer)

    assert anchor_heads(file, now=NOW) == 2

    heads = {seal.chain: seal for seal in Seal.objects.order_by("seq")}
    assert lines_in(file) == [
        {
            "anchored_at": "2026-11-21T12:00:00.000000+00:00",
            "chain": str(chain),
            "seq": heads[chain].seq,
            "hash": heads[chain].hash,
        }
        for chain in (PLATFORM, organizer)
    ]


def test_chains_that_have_not_grown_are_not_written_again(sealed, act, file):
    sealed(organizer=uuid4())
    anchor_heads(file, now=LATER)
    entry = act()
    seal_waiting(now=LATER)

    assert anchor_heads(file, now=LATER + timedelta(hours=1)) == 1
    assert lines_in(file)[-1]["hash"] == Seal.objects.get(entry=entry).hash
    assert anchor_heads(file, now=LATER + timedelta(hours=3)) == 0


def test_anchors_are_noted_here_too(sealed, file):
    seal = Seal.objects.get(entry=sealed())

    anchor_heads(file, now=NOW)

    noted = Anchor.objects.get()
    assert (noted.place, noted.anchored_at) == (file.address, NOW)
    assert noted.heads == {str(PLATFORM): [1, seal.hash]}


def test_nothing_sealed_yet_anchors_nothing(file):
    assert anchor_heads(file, now=NOW) == 0
    assert not file.path.exists()


def test_place_is_due_when_its_time_has_passed(sealed, file):
    sealed()
    assert is_due(file, now=NOW)
    anchor_heads(file, now=NOW)

    assert not is_due(file, now=NOW + timedelta(minutes=59))
    assert is_due(file, now=NOW + timedelta(minutes=60))
    assert MailPlace.every == timedelta(days=1)


def test_mail_goes_to_the_mailbox_with_the_lines(sealed):
    seal = Seal.objects.get(entry=sealed())

    anchor_heads(MailPlace("mailto:owner@example.org"), now=NOW)

    [message] = mail.outbox
    assert message.to == ["owner@example.org"]
    assert "2026-11-21" in message.subject
    assert json.loads(message.body.strip().splitlines()[-1])["hash"] == seal.hash


@pytest.fixture
def bucket(monkeypatch, settings):
    """A bucket with object lock, in a server that speaks S3 on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings.S3_ENDPOINT_URL, settings.AWS_REGION = f"http://{host}:{port}", "us-east-1"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    client = boto3.client("s3", endpoint_url=settings.S3_ENDPOINT_URL, region_name="us-east-1")
    client.create_bucket(Bucket="proofs", ObjectLockEnabledForBucket=True)
    client.create_bucket(Bucket="open")
    yield client
    server.stop()


def test_bucket_gets_an_object_that_is_locked_for_years(sealed, bucket):
    seal = Seal.objects.get(entry=sealed())

    anchor_heads(BucketPlace("s3://proofs/audit/heads?days=400"), now=NOW)

    [listed] = bucket.list_objects_v2(Bucket="proofs")["Contents"]
    kept = bucket.get_object(Bucket="proofs", Key=listed["Key"])
    assert listed["Key"].startswith("audit/heads/2026/11/21/120000-")
    assert json.loads(kept["Body"].read())["hash"] == seal.hash
    assert kept["ObjectLockMode"] == "COMPLIANCE"
    assert kept["ObjectLockRetainUntilDate"] == NOW + timedelta(days=400)
    assert BucketPlace("s3://proofs").days == 3653


def test_place_that_fails_stops_no_other_and_gets_its_turn_again(sealed, bucket, file, settings):
    settings.AUDIT_ANCHORS = ["s3://missing/heads", file.address, "mailto:owner@example.org"]
    sealed()

    done = anchor_everywhere(now=NOW)

    assert [type(outcome).__name__ for outcome in done.values()] == ["NoSuchBucket", "int", "int"]
    assert set(Anchor.objects.values_list("place", flat=True)) == set(settings.AUDIT_ANCHORS[1:])
    assert list(anchor_everywhere(now=NOW)) == ["s3://missing/heads"]


def test_task_anchors_where_it_is_due(sealed, file, settings):
    settings.AUDIT_ANCHORS = [file.address]
    sealed()

    anchor()
    anchor()

    assert len(lines_in(file)) == 1


# --- The command ----------------------------------------------------------------------------


def audit(*words):
    output = StringIO()
    call_command("audit", *map(str, words), stdout=output)
    return output.getvalue()


def test_command_seals_anchors_and_verifies(act, file, settings):
    settings.AUDIT_ANCHORS = [file.address]
    act(3)

    assert audit("seal") == "3 entries sealed; 0 of them had been forgotten.\n"
    assert audit("anchor") == f"  {file.address}: 1\n"
    assert audit("verify") == (
        "3 seals, 1 anchors, 0 entries wait to be sealed, 0 payloads were erased.\n"
        "The record is whole.\n"
    )


def test_command_without_anchors_says_what_that_means(sealed, settings):
    settings.AUDIT_ANCHORS = ["mailto:owner@example.org"]
    sealed()

    assert "Without anchors nobody can tell whether its end was cut off." in audit("verify")


def test_command_when_something_does_not_fit_says_which_entry_and_fails(sealed, tmp_path):
    sealed()
    false = {"chain": str(PLATFORM), "seq": 1, "hash": "0" * 64}
    (tmp_path / "fetched" / "2026").mkdir(parents=True)
    (tmp_path / "fetched" / "2026" / "one.jsonl").write_text(json.dumps(false) + "\n")

    with pytest.raises(CommandError, match="seal 1: an anchor knows another hash") as caught:
        audit("verify", "--anchors", tmp_path / "fetched")

    assert caught.value.returncode == 1


def test_command_when_the_anchors_are_not_there_fails():
    with pytest.raises(CommandError, match="There are no anchors at /nowhere"):
        audit("verify", "--anchors", "/nowhere")


def test_command_checks_one_chain_by_name(sealed):
    organizer = uuid4()
    sealed(2, organizer=organizer)
    sealed()

    assert audit("verify", "--chain", "platform").startswith("1 seals")
    assert audit("verify", "--chain", organizer, "--chain", "platform").startswith("3 seals")


def test_command_when_a_place_fails_says_so_and_fails(sealed, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.AUDIT_ANCHORS = [f"file://{tmp_path}/file/anchors.jsonl"]
    sealed()

    with pytest.raises(CommandError, match="Not every place took the anchors"):
        audit("anchor")
