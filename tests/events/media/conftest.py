from dataclasses import dataclass

import boto3
import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.enums import MediaPurpose
from events.media.domain.uploads import Wanted, complete_upload, request_upload
from events.models import MediaFile
from tests.accounts.notifications.moto_server import moto_server
from tests.events.factories import NOW
from tests.events.media.clamd import clamd
from tests.events.media.files import ENDINGS, picture
from ticketing.core.outbox import deliver_all

BUCKET = "media-of-tests"


@dataclass
class Answer:
    """What a bucket or our own view answered."""

    status: int
    body: bytes
    headers: dict


class Here:
    """Files in the local folder, by our own addresses."""

    kind = "folder"

    def __init__(self):
        self.client = Client()

    def send(self, upload, content, *, name="x.jpg", **instead):
        form = {**upload.fields, **instead}
        form["file"] = SimpleUploadedFile(name, content)
        return self.answer(self.client.post(self.path(upload.url), form))

    def get(self, address):
        return self.answer(self.client.get(self.path(address)))

    def path(self, address):
        return address.removeprefix("http://testserver")

    def answer(self, answer):
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return Answer(answer.status_code, body, dict(answer.headers))


class There:
    """Files in a bucket, by addresses that the bucket understands."""

    kind = "bucket"

    def send(self, upload, content, *, name="x.jpg", **instead):
        form = {**upload.fields, **instead}
        return self.answer(
            requests.post(upload.url, form, files={"file": (name, content)}, timeout=9)
        )

    def get(self, address):
        return self.answer(requests.get(address, timeout=9))

    def answer(self, answer):
        return Answer(answer.status_code, answer.content, answer.headers)


@pytest.fixture(scope="session")
def s3():
    with moto_server() as address:
        yield address


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_BUCKET, settings.MEDIA_URL = "", "/media/"
    return Here()


@pytest.fixture
def bucket(settings, s3, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    requests.post(f"{s3}/moto-api/reset", timeout=5)
    client = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    settings.MEDIA_BUCKET, settings.S3_ENDPOINT_URL, settings.AWS_REGION = BUCKET, s3, "us-east-1"
    settings.MEDIA_URL = f"{s3}/{BUCKET}/"
    there = There()
    there.client = client
    return there


@pytest.fixture(params=["folder", "bucket"])
def place(request):
    """Where files are: everything that is asked of one is asked of the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def scanner(settings):
    with clamd() as daemon:
        settings.CLAMAV_URL = daemon.address
        yield daemon


def wanted(content, content_type="image/jpeg", *, purpose=MediaPurpose.GALLERY, **more):
    name = more.pop("filename", f"choir.{ENDINGS.get(content_type, 'bin')}")
    return Wanted(name, content_type, more.pop("size", len(content)), purpose, **more)


@pytest.fixture
def give(event, organizer, place):
    """Send a file all the way, up to where the worker begins."""

    def send(content=None, content_type="image/jpeg", *, of=event, **more):
        content = picture() if content is None else content
        what = wanted(content, content_type, **more)
        expected = request_upload(of, what, by=organizer, now=NOW)
        place.send(expected.upload, content)
        complete_upload(expected.file, by=organizer, now=NOW)
        return expected.file

    return send


@pytest.fixture
def work():
    def deliver(now=NOW, **more):
        return deliver_all(now=now, **more)

    return deliver


@pytest.fixture
def ready(give, work):
    """A file that was looked into and found good."""

    def make(*args, **more):
        file = give(*args, **more)
        work()
        return MediaFile.objects.select_related("event__organizer").get(pk=file.pk)

    return make
