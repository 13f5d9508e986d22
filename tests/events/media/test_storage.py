"""One contract for the bucket and the folder, asked of both."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core import signing

from events.media.storage import (
    LongerThanAllowed,
    NotStored,
    StoreAway,
    public_address,
    store,
)

JPEG = "image/jpeg"


def fetched(name, *, most=1000):
    into = BytesIO()
    size = store().fetch(name, into, most=most)
    assert size == len(into.getvalue())
    return into.getvalue()


@pytest.fixture
def name():
    return f"uploads/{uuid4()}"


def test_what_is_sent_with_permission_is_there(place, name):
    upload = store().upload(name, content_type=JPEG, size=5)

    answer = place.send(upload, b"12345")

    assert (upload.method, answer.status, answer.body) == ("POST", 204, b"")
    assert fetched(name) == b"12345"


def test_what_is_put_again_is_as_it_was_put_last(place, name):
    store().put(name, b"before", content_type=JPEG)
    store().put(name, BytesIO(b"after"), content_type=JPEG)

    assert fetched(name) == b"after"


def test_what_is_not_there_or_too_long_is_said_to_be_so(place, name):
    with pytest.raises(NotStored):
        fetched(name)
    store().put(name, b"12345", content_type=JPEG)
    with pytest.raises(LongerThanAllowed):
        fetched(name, most=4)


def test_clearing_takes_all_of_a_folder_and_nothing_else_and_may_be_done_again(place):
    mine, other = uuid4(), uuid4()
    names = [f"{where}/{{}}" for where in ("uploads", "private", "public")]
    names = [names[0], f"{names[1]}/a", f"{names[2]}/b", f"{names[2]}/c"]
    for folder in (mine, other):
        for each in names:
            store().put(each.format(folder), b"x", content_type=JPEG)

    store().clear(mine, places=("uploads",))
    assert [is_there(each.format(mine)) for each in names] == [False, True, True, True]
    store().clear(mine)
    store().clear(mine)

    assert [is_there(each.format(mine)) for each in names] == [False] * 4
    assert [is_there(each.format(other)) for each in names] == [True] * 4


def is_there(name):
    try:
        return fetched(name) == b"x"
    except NotStored:
        return False


def test_38_a_link_saves_the_file_under_its_own_name(place, name):
    store().put(name, b"12345", content_type=JPEG)

    answer = place.get(store().link(name, filename='Été "2".jpg', content_type=JPEG))

    assert (answer.status, answer.body) == (200, b"12345")
    kept = answer.headers["Content-Disposition"]
    assert kept == "attachment; filename*=utf-8''%C3%89t%C3%A9%20%222%22.jpg"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_public_files_are_kept_for_ever_by_who_saw_them(place):
    name = f"public/{uuid4()}/abc-480.webp"
    store().put(name, b"12345", content_type="image/webp")

    if place.kind == "bucket":
        facts = place.client.head_object(Bucket="media-of-tests", Key=name)
        found = facts["ContentType"], facts["CacheControl"]
    else:
        answer = place.get(public_address(name))
        found = answer.headers["Content-Type"], answer.headers["Cache-Control"]
        assert (answer.status, answer.body) == (200, b"12345")

    assert found == ("image/webp", "public, max-age=31536000, immutable")


def test_40_a_presigned_upload_is_for_one_key_one_type_one_size_and_five_minutes(bucket, name):
    upload = store().upload(name, content_type=JPEG, size=5)

    policy = json.loads(b64decode(upload.fields["policy"]))
    lives = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=4, seconds=50) < lives <= timedelta(minutes=5)
    signed = [one for one in policy["conditions"] if "x-amz" not in str(one)]
    assert signed == [
        {"Content-Type": JPEG},
        ["content-length-range", 5, 5],
        {"bucket": "media-of-tests"},
        {"key": name},
    ]


def test_40_a_presigned_link_is_for_one_object_and_ten_minutes(bucket, name):
    parts = urlsplit(store().link(name, filename="x.jpg", content_type=JPEG))

    assert parts.path == f"/media-of-tests/{name}"
    assert parse_qs(parts.query)["X-Amz-Expires"] == ["600"]


@pytest.mark.parametrize(
    ("content", "instead", "status"),
    [
        (b"12345", {}, 204),
        (b"123456", {}, 400),
        (b"1234", {}, 400),
        (b"12345" * 100_000, {}, 400),
        (b"12345", {"Content-Type": "text/html"}, 403),
        (b"12345", {"key": "public/x"}, 403),
        (b"12345", {"key": ""}, 403),
    ],
)
def test_40_our_own_address_takes_what_a_bucket_would(folder, name, content, instead, status):
    upload = store().upload(name, content_type=JPEG, size=5)

    assert folder.send(upload, content, **instead).status == status
    if status != 204:
        with pytest.raises(NotStored):
            fetched(name)


def test_40_a_form_without_a_file_is_refused(folder, name):
    upload = store().upload(name, content_type=JPEG, size=5)

    answer = folder.client.post(folder.path(upload.url), upload.fields)

    assert answer.status_code == 400


def test_40_our_own_addresses_end_when_a_bucket_s_do(folder, name, monkeypatch):
    store().put(name, b"12345", content_type=JPEG)
    upload = store().upload(name, content_type=JPEG, size=5)
    link = store().link(name, filename="x.jpg", content_type=JPEG)
    later = signing.time.time() + 301
    monkeypatch.setattr(signing.time, "time", lambda: later)

    assert folder.send(upload, b"12345").status == 404
    assert folder.get(link).status == 200
    monkeypatch.setattr(signing.time, "time", lambda: later + 300)
    assert folder.get(link).status == 404


def test_40_our_own_addresses_cannot_be_changed_or_used_for_another_end(folder, name):
    store().put(name, b"12345", content_type=JPEG)
    upload = store().upload(name, content_type=JPEG, size=5)
    link = store().link(name, filename="x.jpg", content_type=JPEG)
    put, get = (address.rstrip("/").rpartition("/")[2] for address in (upload.url, link))

    assert folder.get(f"/media/private/{put}").status == 404
    assert folder.get(f"/media/private/{get[:-1]}{'a' if get[-1] != 'a' else 'b'}").status == 404
    assert folder.client.post(f"/media/uploads/{get}", {}).status_code == 404
    assert folder.get(f"/media/uploads/{put}").status == 404


@pytest.mark.parametrize("address", ["..%2F..%2Fstate.json", "x.html", "x.svg", ".x.webp", "x"])
def test_public_addresses_give_nothing_but_pictures_of_ours(folder, address):
    assert folder.get(f"/media/public/{uuid4()}/{address}").status == 404


def test_with_a_bucket_this_site_gives_no_files(bucket, client):
    assert client.get(f"/media/public/{uuid4()}/x.webp").status_code == 404


def test_38_what_the_site_gives_can_do_nothing_in_a_browser(folder):
    name = f"public/{uuid4()}/abc-480.webp"
    store().put(name, b"<script>", content_type="image/webp")

    headers = folder.get(f"/media/{name}").headers

    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_a_store_that_is_away_is_told_apart_from_a_file_that_is(place, settings, name, tmp_path):
    (tmp_path / "full").write_text("")
    settings.MEDIA_ROOT = tmp_path / "full"
    settings.S3_ENDPOINT_URL = "http://127.0.0.1:9"

    with pytest.raises(StoreAway):
        store().put(name, b"x", content_type=JPEG)
    with pytest.raises(StoreAway):
        store().clear(uuid4())


def test_addresses_are_the_bucket_s_with_one_and_our_own_without(place):
    pattern = r"http://127\.0\.0\.1:\d+/media-of-tests/x" if place.kind == "bucket" else "/media/x"

    assert re.fullmatch(pattern, public_address("x"))
