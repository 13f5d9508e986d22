"""What may be announced, by whom, and what a name may be."""

import pytest

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from events.domain.asking import EventOver
from events.enums import MediaPurpose, MediaState
from events.media.domain.pictures import (
    FileOfAnother,
    NoPictureYet,
    change_file,
    delete_file,
    set_cover,
)
from events.media.domain.uploads import (
    FileEmpty,
    FileTooLarge,
    NameDoesNotFit,
    NameNeeded,
    TooManyAtOnce,
    TooManyFiles,
    TypeNotTaken,
    clean_name,
    complete_upload,
    request_upload,
    request_uploads,
    take_file,
)
from events.media.kinds import ALLOWED
from events.models import Event, MediaFile
from tests.events.factories import NOW, EventFactory, MediaFileFactory
from tests.events.media.conftest import wanted
from tests.events.media.files import DOCX, picture
from tests.factories import MembershipFactory
from tests.kit.queries import queries_of
from ticketing.core.models import AnnouncedEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
P = MediaPurpose


@pytest.mark.parametrize(
    ("what", "error", "field"),
    [
        ({"content_type": "text/html", "filename": "x.html"}, TypeNotTaken, "content_type"),
        ({"content_type": "image/svg+xml", "filename": "x.svg"}, TypeNotTaken, "content_type"),
        ({"content_type": DOCX, "filename": "x.docx"}, TypeNotTaken, "content_type"),
        ({"filename": "x.html"}, NameDoesNotFit, "filename"),
        ({"filename": "x.png"}, NameDoesNotFit, "filename"),
        ({"filename": "x.jpg.exe"}, NameDoesNotFit, "filename"),
        ({"filename": "jpg"}, NameDoesNotFit, "filename"),
        ({"filename": " \x00/"}, NameNeeded, "filename"),
        ({"size": 0}, FileEmpty, "size"),
        ({"size": 20 * 1024 * 1024 + 1}, FileTooLarge, "size"),
    ],
)
def test_38_what_cannot_be_taken_is_said_before_it_is_sent(event, organizer, what, error, field):
    with pytest.raises(error) as caught:
        request_upload(event, wanted(b"x" * 10, **what), by=organizer, now=NOW)

    assert (caught.value.field, MediaFile.objects.count()) == (field, 0)


@pytest.mark.parametrize("purpose", P)
def test_the_largest_that_is_taken_is_taken(event, organizer, purpose):
    what = wanted(b"", size=ALLOWED[purpose].largest, purpose=purpose, filename="X.JPEG")

    assert request_upload(event, what, by=organizer, now=NOW).file.state == MediaState.AWAITING


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/etc/passwd/x.jpg", "x.jpg"), ("C:\\pictures\\x.jpg", "x.jpg"),
        ("gpj.\u202etxt.jpg", "gpj.txt.jpg"), ("a\r\nb\x00.jpg", "ab.jpg"),
        ("été 2026.jpg", "été 2026.jpg"), ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
    ],
)  # fmt: skip
def test_38_a_name_has_no_folders_and_nothing_invisible(given, kept):
    assert clean_name(given) == kept


def test_several_are_announced_together_or_none_is(event, organizer):
    good = wanted(b"x", alt="A barn")

    made = request_uploads(event, [good, good], by=organizer, now=NOW)
    with pytest.raises(FileTooLarge) as caught:
        request_uploads(event, [good, wanted(b"", size=10**9)], by=organizer, now=NOW)

    assert caught.value.field == "files.1.size"
    assert MediaFile.objects.count() == 2
    assert len({one.upload.fields["key"] for one in made}) == 2
    assert [one.file.alt for one in made] == ["A barn"] * 2


@pytest.mark.parametrize("number", [0, 21])
def test_too_many_at_once_or_none_are_refused(event, organizer, number):
    with pytest.raises(TooManyAtOnce):
        request_uploads(event, [wanted(b"x")] * number, by=organizer, now=NOW)


def test_an_event_has_room_for_so_many_and_answers_do_not_count(event, organizer):
    MediaFileFactory.create_batch(99, event=event)
    MediaFileFactory.create_batch(3, event=event, purpose=P.ANSWER)
    MediaFileFactory(event=event, state=MediaState.REFUSED)

    request_upload(event, wanted(b"x"), by=organizer, now=NOW)
    with pytest.raises(TooManyFiles):
        request_upload(event, wanted(b"x"), by=organizer, now=NOW)


def test_saying_twice_that_it_was_sent_is_saying_it_once(event, organizer):
    file = request_upload(event, wanted(b"x"), by=organizer, now=NOW).file

    for _ in range(2):
        complete_upload(file, by=organizer, now=NOW)

    assert (file.state, file.uploaded_at) == ("uploaded", NOW)
    assert AnnouncedEvent.objects.filter(name="media.file_uploaded").count() == 1
    assert list(Entry.objects.values_list("action", flat=True)) == ["media.uploaded"]


def test_announcing_costs_the_same_with_many_files(event, organizer):
    def announced():
        return len(queries_of(lambda: request_upload(event, wanted(b"x"), by=organizer, now=NOW)))

    first = announced()
    MediaFileFactory.create_batch(20, event=event)

    assert announced() == first


ACTS = {
    "announce": lambda file, by: request_upload(file.event, wanted(b"x"), by=by, now=NOW),
    "take": lambda file, by: take_file(file.event, wanted(b"x"), b"x", by=by, now=NOW),
    "complete": lambda file, by: complete_upload(file, by=by, now=NOW),
    "show first": lambda file, by: set_cover(file.event, file, by=by, now=NOW),
    "change": lambda file, by: change_file(file, {"alt": "x"}, by=by, now=NOW),
    "delete": lambda file, by: delete_file(file, by=by, now=NOW),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", Role)
def test_who_edits_events_sends_files_and_nobody_else(event, choir, act, role):
    file = MediaFileFactory(event=event, state=MediaState.READY)
    member = MembershipFactory(organizer=choir, role=role).user

    if role in {Role.OWNER, Role.MANAGER}:
        ACTS[act](file, member)
    else:
        with pytest.raises(RoleMayNot):
            ACTS[act](file, member)


@pytest.mark.parametrize("act", ACTS)
def test_19_a_stranger_is_told_that_it_is_not_there(event, stranger, act):
    file = MediaFileFactory(event=event, state=MediaState.READY)

    with pytest.raises(NoSuchOrganizer):
        ACTS[act](file, stranger)


@pytest.mark.parametrize("act", ["announce", "show first", "change"])
def test_what_is_over_does_not_change(choir, organizer, act):
    over = EventFactory(organizer=choir, status="finished")
    file = MediaFileFactory(event=over, state=MediaState.READY)

    with pytest.raises(EventOver):
        ACTS[act](file, organizer)


def test_a_picture_of_the_gallery_becomes_the_cover_and_goes_again(event, organizer):
    file = MediaFileFactory(event=event, state=MediaState.READY)

    set_cover(event, file, by=organizer, now=NOW)
    set_cover(event, file, by=organizer, now=NOW)
    assert Event.objects.get().cover == file
    set_cover(event, None, by=organizer, now=NOW)

    assert Event.objects.get().cover is None
    assert Entry.objects.filter(action="media.cover_set").count() == 2


@pytest.mark.parametrize("state", set(MediaState) - {MediaState.READY})
def test_a_cover_is_not_set_before_it_can_be_seen(event, organizer, state):
    file = MediaFileFactory(event=event, state=state)

    with pytest.raises(NoPictureYet):
        set_cover(event, file, by=organizer, now=NOW)


def test_a_cover_is_of_its_event_and_for_everybody(event, choir, organizer):
    other = MediaFileFactory(event=EventFactory(organizer=choir), state=MediaState.READY)
    private = MediaFileFactory(event=event, state=MediaState.READY, purpose=P.ATTACHMENT)

    with pytest.raises(FileOfAnother):
        set_cover(event, other, by=organizer, now=NOW)
    with pytest.raises(NoPictureYet):
        set_cover(event, private, by=organizer, now=NOW)


def test_a_file_from_our_own_form_goes_the_same_way(event, organizer, work):
    content = picture()

    file = take_file(event, wanted(content, purpose=P.COVER), content, by=organizer, now=NOW)
    work()

    assert Event.objects.get().cover == file
    assert Event.objects.get().cover.state == MediaState.READY
