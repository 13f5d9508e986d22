"""From what was sent to what is shown, with a bucket and without."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from PIL import Image

from accounts.audit.models import Entry
from events.domain.lifecycle import cancel_event
from events.enums import MediaPurpose, MediaState, Refusal
from events.media.domain import processing
from events.media.domain.clearing import sweep_files
from events.media.domain.pictures import delete_file
from events.media.domain.uploads import request_upload
from events.media.queries import picture_of
from events.media.storage import NotStored, store
from events.models import Event, MediaFile
from tests.events.factories import NOW, EventFactory
from tests.events.media.clamd import EICAR, VERSION
from tests.events.media.conftest import wanted
from tests.events.media.files import DOCX, WHERE, docx, pdf, picture, png_of
from ticketing.core.enums import DeliveryStatus
from ticketing.core.models import AnnouncedEvent, Delivery

pytestmark = pytest.mark.django_db
P, S = MediaPurpose, MediaState


def stored(name, *, most=50_000_000):
    into = BytesIO()
    try:
        store().fetch(name, into, most=most)
    except NotStored:
        return None
    return into.getvalue()


def fresh(file):
    return MediaFile.objects.select_related("event__organizer").get(pk=file.pk)


def test_38_a_picture_is_made_anew_in_every_size_without_what_came_along(ready):
    content = picture(size=(1200, 675))

    file = ready(content, purpose=P.COVER)

    assert (file.state, file.refusal, file.width, file.height) == ("ready", "", 1200, 675)
    shapes = [(one["type"], one["width"], one["height"]) for one in file.variants]
    assert shapes == [
        (kind, width, height)
        for width, height in ((480, 270), (960, 540), (1200, 675))
        for kind in ("image/avif", "image/webp", "image/jpeg")
    ]
    for one in file.variants:
        made = stored(one["name"])
        assert (len(made), WHERE.encode() in made) == (one["size"], False)
        with Image.open(BytesIO(made)) as opened:
            assert Image.MIME[opened.format] == one["type"]
            assert opened.size == (one["width"], one["height"])
            assert dict(opened.getexif()) == {}
            assert "icc_profile" not in opened.info
        assert f"/{hashlib.sha256(made).hexdigest()[:20]}-" in one["name"]


def test_what_was_sent_is_kept_as_it_was_for_who_may_have_it(ready):
    content = picture()

    file = ready(content)

    assert file.digest == hashlib.sha256(content).hexdigest()
    assert stored(file.original) == content
    assert stored(file.inbox) is None


@pytest.mark.parametrize("encoder", ["PNG", "WEBP", "AVIF", "JPEG"])
def test_pictures_of_every_kind_that_is_taken_are_shown(ready, encoder):
    content = picture(encoder, size=(300, 200))

    file = ready(content, f"image/{encoder.lower()}")

    assert [one["width"] for one in file.variants] == [300] * 3


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(docx(), DOCX), (pdf(), "application/pdf"), (picture(), "image/jpeg")],
)
@pytest.mark.parametrize("purpose", [P.ATTACHMENT, P.ANSWER])
def test_what_is_private_has_no_sizes(ready, content, content_type, purpose):
    file = ready(content, content_type, purpose=purpose)

    assert (file.state, file.variants, picture_of(file)) == ("ready", [], None)
    assert stored(file.original) == content


def test_a_cover_is_shown_when_it_is_ready_and_a_picture_of_the_gallery_is_not(ready, event):
    first = ready(purpose=P.COVER)
    ready(purpose=P.GALLERY)
    assert Event.objects.get().cover == first
    second = ready(purpose=P.COVER)

    assert Event.objects.get().cover == second
    changed = AnnouncedEvent.objects.filter(name="events.event_changed").order_by("id")
    assert [one.body["changed"] for one in changed] == [["cover"], ["gallery"], ["cover"]]


def test_a_cover_that_comes_after_the_event_was_cancelled_changes_nothing(
    event, organizer, give, work
):
    over = EventFactory(organizer=event.organizer, status="published")
    file = give(of=over, purpose=P.COVER)
    cancel_event(over, by=organizer, now=NOW)

    work()

    assert fresh(file).state == S.READY
    assert Event.objects.get(pk=over.pk).cover is None


HOSTILE = {
    "a page": (b"<html><script>alert(1)</script>", "image/jpeg", Refusal.ACTIVE_CONTENT),
    "a drawing": (b"<svg onload=alert(1)></svg>", "image/png", Refusal.ACTIVE_CONTENT),
    "another kind": (picture("PNG"), "image/jpeg", Refusal.WRONG_TYPE),
    "two files in one": (picture() + b"<script>", "image/jpeg", Refusal.TWO_IN_ONE),
    "a document for a cover": (docx(), "image/jpeg", Refusal.TYPE_NOT_ALLOWED),
    "a picture of too many points": (png_of(60_000, 60_000), "image/png", Refusal.TOO_MANY_PIXELS),
    "a picture that is a line": (picture("PNG", size=(900, 3)), "image/png", Refusal.ODD_SHAPE),
    "a torn picture": (picture()[:900], "image/jpeg", Refusal.BROKEN),
    "a head without a picture": (b"\xff\xd8\xff" + b"\0" * 50, "image/jpeg", Refusal.BROKEN),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_38_what_cannot_be_shown_is_refused_with_its_reason_and_nothing_of_it_is_kept(ready, what):
    content, content_type, why = HOSTILE[what]

    file = ready(content, content_type)

    assert (file.state, file.refusal) == ("refused", why)
    assert [stored(file.inbox), picture_of(file), file.variants] == [None, None, []]
    assert Entry.objects.filter(action="media.refused").count() == 1


def test_38_a_bomb_is_refused(ready):
    content = docx(**{"word/media/a": b"\0" * 250_000_000})

    file = ready(content, DOCX, purpose=P.ATTACHMENT)

    assert (len(content) < 500_000, file.refusal) == (True, Refusal.UNPACKS_TOO_LARGE)


def test_what_never_arrived_is_refused(event, organizer, place, work):
    from events.media.domain.uploads import complete_upload  # noqa: PLC0415 - only here

    file = request_upload(event, wanted(picture()), by=organizer, now=NOW).file
    complete_upload(file, by=organizer, now=NOW)

    work()

    assert fresh(file).refusal == Refusal.MISSING


@pytest.mark.parametrize(
    ("size", "why"), [(-1, Refusal.TOO_LARGE), (1, Refusal.WRONG_SIZE)], ids=["longer", "shorter"]
)
def test_40_a_size_that_is_not_the_one_announced_is_refused(give, work, size, why):
    """A bucket refuses it before; here somebody got around that."""
    file = give()
    MediaFile.objects.update(size=file.size + size)

    work()

    assert fresh(file).refusal == why


def test_40_what_is_sent_after_it_was_looked_into_is_never_seen(event, organizer, place, work):
    from events.media.domain.uploads import complete_upload  # noqa: PLC0415 - only here

    good = picture()
    expected = request_upload(event, wanted(good), by=organizer, now=NOW)
    place.send(expected.upload, good)
    complete_upload(expected.file, by=organizer, now=NOW)
    work()

    bad = b"<html>" + good[6:]
    assert place.send(expected.upload, bad).status == 204
    complete_upload(expected.file, by=organizer, now=NOW)
    work()

    file = fresh(expected.file)
    assert (file.state, stored(file.original)) == ("ready", good)


def test_39_what_was_scanned_says_by_whom_and_what_was_not_says_nothing(scanner, ready, settings):
    scanned = ready()
    settings.CLAMAV_URL = ""
    other = ready()

    assert [scanned.scanner, other.scanner] == [VERSION, ""]
    assert len(scanner.seen) == 1


def test_39_what_is_infected_is_refused_before_it_is_unpacked(scanner, ready, monkeypatch):
    monkeypatch.setattr(processing, "read_picture", lambda *_, **__: pytest.fail("unpacked"))
    monkeypatch.setattr(processing, "inspect", lambda *_, **__: pytest.fail("inspected"))

    file = ready(picture() + EICAR)

    assert (file.state, file.refusal) == ("refused", Refusal.INFECTED)
    assert stored(file.inbox) is None


def test_39_what_the_scanner_cannot_take_is_refused(scanner, ready):
    scanner.most = 100

    assert ready().refusal == Refusal.NOT_SCANNABLE


@pytest.mark.django_db(transaction=True)
def test_39_while_the_scanner_is_away_a_file_waits_and_nobody_sees_it(
    scanner, give, work, settings, event
):
    settings.CLAMAV_URL = "tcp://127.0.0.1:9"
    file = give(purpose=P.COVER)
    for minutes in range(0, 60, 3):
        work(NOW + timedelta(minutes=minutes))
    waiting = fresh(file)
    assert (waiting.state, picture_of(waiting), Event.objects.get().cover) == (
        "quarantined", None, None,
    )  # fmt: skip
    assert store().fetch(file.inbox, BytesIO(), most=file.size) == file.size

    settings.CLAMAV_URL = scanner.address
    work(NOW + timedelta(minutes=63))

    assert (fresh(file).state, fresh(file).scanner) == ("ready", VERSION)
    assert Event.objects.get().cover == file


@pytest.mark.django_db(transaction=True)
def test_while_the_store_is_away_a_file_waits(give, work, settings, place, tmp_path):
    file = give()
    away = {"MEDIA_ROOT": settings.MEDIA_ROOT, "S3_ENDPOINT_URL": settings.S3_ENDPOINT_URL}
    (tmp_path / "full").write_text("")
    settings.S3_ENDPOINT_URL = "http://127.0.0.1:9"
    settings.MEDIA_ROOT = tmp_path / "full" / "x"
    if place.kind == "folder":
        # A folder that is not there at all has no file in it, as far as anybody can tell.
        settings.MEDIA_ROOT = tmp_path / ("x" * 300)

    work()
    assert fresh(file).state == S.SCANNING
    for name, value in away.items():
        setattr(settings, name, value)
    work(NOW + timedelta(hours=1))

    assert fresh(file).state == S.READY


def test_looking_into_it_again_changes_nothing(ready):
    file = ready(purpose=P.COVER)
    before, entries = vars_of(fresh(file)), Entry.objects.count()

    processing.look_into(file.pk, now=NOW + timedelta(days=1))

    assert (vars_of(fresh(file)), Entry.objects.count()) == (before, entries)


def test_looking_into_it_from_the_middle_ends_the_same(give, work):
    file = give(picture())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processing, "finish", broken)
        with pytest.raises(RuntimeError):
            processing.look_into(file.pk, now=NOW)
    half = fresh(file).state

    work()

    again = fresh(file)
    assert (half, again.state, len(again.variants)) == ("scanning", "ready", 9)


def broken(*_, **__):
    raise RuntimeError


def vars_of(row):
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}


def test_what_is_deleted_is_gone_from_where_it_was_kept(ready, work, organizer):
    file = ready(purpose=P.COVER)
    names = [file.original, *(one["name"] for one in file.variants)]
    assert all(stored(name) for name in names)

    delete_file(file, by=organizer, now=NOW)
    work()

    assert (MediaFile.objects.count(), Event.objects.get().cover) == (0, None)
    assert [stored(name) for name in names] == [None] * len(names)


def test_what_is_deleted_while_it_is_looked_into_leaves_nothing(give, work, organizer, monkeypatch):
    file = give()
    kept = []

    def put_and_delete(variants):
        kept.extend(original(variants))
        delete_file(fresh(file), by=organizer, now=NOW)
        return kept

    original = processing.put_all
    monkeypatch.setattr(processing, "put_all", put_and_delete)
    work()

    assert [stored(one.name) for one in kept] == [None] * 9
    assert not Delivery.objects.exclude(status=DeliveryStatus.DONE).exists()


def test_with_a_draft_its_files_go_too(ready, work, event, organizer):
    from events.domain.events import delete_draft  # noqa: PLC0415 - only here

    file = ready(purpose=P.COVER)

    delete_draft(fresh(file).event, by=organizer, now=NOW)
    work()

    assert (MediaFile.objects.count(), stored(file.original)) == (0, None)


def test_each_night_what_never_came_or_was_refused_long_ago_is_forgotten(
    event, organizer, folder, work
):
    from tests.events.factories import MediaFileFactory  # noqa: PLC0415 - only here

    for state in S:
        MediaFileFactory(event=event, state=state)
    assert sweep_files(now=NOW + timedelta(hours=23)) == 0
    assert sweep_files(now=NOW + timedelta(days=2)) == 1
    assert sweep_files(now=NOW + timedelta(days=4)) == 0  # but what lets workers die is refused
    assert sweep_files(now=NOW + timedelta(days=31)) == 2

    left = MediaFile.objects.order_by("state").values_list("state", flat=True)
    assert list(left) == ["quarantined", "ready", "uploaded"]
    with transaction.atomic():
        work()
