"""Every move of a file from every state, asked of the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from events.enums import MEDIA_MOVES, MediaPurpose, MediaState
from events.models import Event, MediaFile
from tests.events.factories import NOW, EventFactory, MediaFileFactory

pytestmark = pytest.mark.django_db
S = MediaState
PAIRS = [(before, after) for before in S for after in S if before != after]


def moved(file, state):
    file.state = state
    file.uploaded_at = file.uploaded_at or (NOW if state != S.AWAITING else None)
    file.settled_at = NOW if state in {S.READY, S.REFUSED} else None
    file.refusal = "broken" if state == S.REFUSED else ""
    file.digest = file.digest or "0" * 64
    file.save()


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_database_knows_the_same_moves_as_the_table(event, before, after):
    file = MediaFileFactory(event=event, state=before, purpose=MediaPurpose.ATTACHMENT)
    file.uploaded_at = NOW if after != S.AWAITING else None

    if after in MEDIA_MOVES[before]:
        moved(file, after)
        assert MediaFile.objects.get().state == after
    else:
        with pytest.raises(IntegrityError, match="cannot become"), transaction.atomic():
            moved(file, after)


@pytest.mark.parametrize("state", set(S) - {S.AWAITING})
def test_a_file_begins_as_one_that_is_awaited(event, state):
    with pytest.raises(IntegrityError, match="cannot begin"), transaction.atomic():
        moved(
            MediaFile(event=event, purpose="attachment", filename="x", content_type="x/y", size=1),
            state,
        )


def test_a_copy_of_what_was_looked_into_begins_ready(event):
    file = MediaFileFactory(event=event, state=S.READY, purpose=MediaPurpose.ATTACHMENT)
    copy = MediaFile.objects.get()
    copy._state.adding, copy.pk = True, "019a9c5e-7d0a-7b61-8f0e-2a4c1f6b9d33"

    copy.save(force_insert=True)

    assert list(MediaFile.objects.values_list("folder", flat=True)) == [file.folder] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "elsewhere"}, {"purpose": "poster"}, {"size": 0}, {"filename": ""},
        {"content_type": ""}, {"refusal": "broken"}, {"uploaded_at": NOW}, {"settled_at": NOW},
        {"focal_x": 101}, {"focal_y": 101},
    ],
)  # fmt: skip
def test_the_database_refuses_what_must_never_be(event, wrong):
    file = MediaFileFactory(event=event)

    with pytest.raises(IntegrityError), transaction.atomic():
        MediaFile.objects.filter(pk=file.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong", [{"digest": ""}, {"width": None}, {"height": 0}, {"colour": ""}, {"variants": []}]
)
def test_what_is_shown_has_its_sizes(event, wrong):
    file = MediaFileFactory(event=event, state=S.READY)

    with pytest.raises(IntegrityError), transaction.atomic():
        MediaFile.objects.filter(pk=file.pk).update(**wrong)


def test_a_cover_is_of_its_very_event(event, choir):
    other = EventFactory(organizer=choir)
    file = MediaFileFactory(event=other, state=S.READY)

    Event.objects.filter(pk=event.pk).update(cover=file)

    with pytest.raises(IntegrityError, match="events_event_same_cover"):
        connection.check_constraints()


def test_an_organizer_of_a_file_is_that_of_its_event(event):
    file = MediaFileFactory(event=event)
    other = EventFactory().organizer

    MediaFile.objects.filter(pk=file.pk).update(organizer=other)

    with pytest.raises(IntegrityError, match="same_event_and_organizer"):
        connection.check_constraints()


def test_a_file_keeps_its_moments_apart(event):
    file = MediaFileFactory(event=event, state=S.READY)

    assert file.uploaded_at - file.requested_at == timedelta(minutes=1)
