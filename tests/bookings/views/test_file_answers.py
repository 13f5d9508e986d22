"""A question that asks for a file is answered while booking."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.domain.permissions import NoSuchOrganizer
from bookings.domain import answer_files
from bookings.domain.answer_files import clear_answer_files, link_to_answer
from bookings.domain.expiring import release_expired_holds
from bookings.enums import BookingStatus
from bookings.models import AnswerFile
from events.enums import QuestionKind, QuestionScope
from events.media.storage import StoreAway, store
from events.models import MediaFile
from tests.bookings.views.conftest import OURS, booking_in, choose, page_of
from tests.bookings.views.test_booking import ADA
from tests.events.factories import NOW, QuestionFactory
from tests.events.media.files import pdf
from tests.kit.pages import errors_of, text_of
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_BUCKET = ""


@pytest.fixture
def asked(event):
    return QuestionFactory(
        event=event, kind=QuestionKind.FILE, scope=QuestionScope.ORDER, is_required=True,
        label="Your proof of study",
    )  # fmt: skip


@pytest.fixture
def held(guest, free, asked):
    return booking_in(choose(guest, (free, 1)))


def proof(name="proof.pdf", content=None):
    return SimpleUploadedFile(name, pdf() if content is None else content)


def field(asked):
    return f"answers.{asked.pk}"


def test_a_required_file_is_sent_with_the_form_and_the_booking_is_certain(
    guest, held, asked, organizer, stranger
):
    page = guest.get(page_of(held))
    answer = guest.post(page_of(held), ADA | {field(asked): proof()})

    held.refresh_from_db()
    file = MediaFile.objects.get()
    assert 'enctype="multipart/form-data"' in page.text
    assert answer["Location"] == page_of(held)
    assert held.status == BookingStatus.CONFIRMED
    assert held.answers == {str(asked.pk): str(file.pk)}
    assert (file.purpose, file.state, file.filename) == ("answer", "uploaded", "proof.pdf")
    deliver_all(now=NOW)
    link = link_to_answer(held, file.pk, by=organizer, now=NOW)
    assert link is not None
    with pytest.raises(NoSuchOrganizer):
        link_to_answer(held, file.pk, by=stranger, now=NOW)


def test_without_the_file_the_page_says_so(guest, held, asked):
    answer = guest.post(page_of(held), ADA)

    assert errors_of(answer) == {field(asked): ["Please answer this question."]}


def test_a_file_is_kept_while_something_else_is_wrong_and_need_not_be_sent_again(
    guest, held, asked
):
    wrong = guest.post(page_of(held), ADA | {"email": "x", field(asked): proof()})
    file = MediaFile.objects.get()
    again = guest.post(page_of(held), ADA | {field(asked): str(file.pk)})

    held.refresh_from_db()
    assert list(errors_of(wrong)) == ["email"]
    assert "“proof.pdf” is kept." in text_of(wrong)
    assert f'value="{file.pk}"' in wrong.text
    assert again["Location"] == page_of(held)
    assert held.answers == {str(asked.pk): str(file.pk)}


def test_a_file_that_was_chosen_before_asking_for_more_time_is_kept(guest, held, asked):
    answer = guest.post(page_of(held), {"more_time": "1", field(asked): proof()})

    assert "“proof.pdf” is kept." in text_of(answer)


def test_another_file_takes_its_place_and_the_first_is_gone(guest, held, asked):
    guest.post(page_of(held), ADA | {"email": "x", field(asked): proof("first.pdf")})

    guest.post(page_of(held), ADA | {field(asked): proof("second.pdf")})

    assert list(MediaFile.objects.values_list("filename", flat=True)) == ["second.pdf"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (proof("x.html", b"<html><script>"), "Web pages and SVG drawings"),
        (proof("x.exe", b"MZ program"), "Files of this kind are not taken"),
        (proof("x.docx", pdf()), "The ending of the name does not go with the kind of file."),
    ],
)
def test_a_refused_file_is_told_at_its_field_and_loses_nothing_else(
    guest, held, asked, file, words
):
    answer = guest.post(page_of(held), ADA | {field(asked): file})

    assert words in errors_of(answer)[field(asked)][0]
    assert 'value="Ada Attendee"' in answer.text
    assert not MediaFile.objects.exists()


def test_a_file_of_another_booking_answers_nothing(guest, held, asked, free):
    somebody = Client(headers=OURS)
    other = booking_in(choose(somebody, (free, 1)))
    somebody.post(page_of(other), ADA | {field(asked): proof()})

    answer = guest.post(page_of(held), ADA | {field(asked): str(MediaFile.objects.get().pk)})

    assert errors_of(answer) == {field(asked): ["Please choose the file again."]}


def test_while_files_cannot_be_kept_it_is_said(guest, held, asked, monkeypatch):
    def away(*_args, **_more):
        raise StoreAway("no answer")

    monkeypatch.setattr(type(store()), "put", away)

    answer = guest.post(page_of(held), ADA | {field(asked): proof()})

    assert errors_of(answer)[field(asked)][0].startswith("Files cannot be kept just now.")
    assert not MediaFile.objects.exists()


def test_a_booking_takes_so_many_files_and_no_more(guest, held, asked, monkeypatch):
    monkeypatch.setattr(answer_files, "MOST_FILES", 1)
    guest.post(page_of(held), ADA | {"email": "x", field(asked): proof()})

    answer = guest.post(page_of(held), ADA | {"email": "x", field(asked): proof()})

    assert errors_of(answer)[field(asked)] == ["So many files cannot be sent with one booking."]


def test_what_was_sent_for_a_booking_that_ran_out_is_cleared_a_day_later(guest, held, asked):
    guest.post(page_of(held), ADA | {"email": "x", field(asked): proof()})
    release_expired_holds(now=held.expires_at + timedelta(minutes=1))

    assert clear_answer_files(now=NOW + timedelta(hours=23)) == 0
    assert clear_answer_files(now=NOW + timedelta(hours=25)) == 1
    assert (AnswerFile.objects.count(), MediaFile.objects.count()) == (0, 0)


def test_what_belongs_to_a_certain_booking_stays(guest, held, asked):
    guest.post(page_of(held), ADA | {field(asked): proof()})

    assert clear_answer_files(now=NOW + timedelta(days=2)) == 0


def test_the_file_is_changed_with_the_names_later(guest, held, asked):
    guest.post(page_of(held), ADA | {field(asked): proof("first.pdf")})

    done = guest.post(f"{page_of(held)}names/", {field(asked): proof("second.pdf")})

    held.refresh_from_db()
    file = MediaFile.objects.get()
    assert done["Location"] == page_of(held)
    assert (file.filename, held.answers) == ("second.pdf", {str(asked.pk): str(file.pk)})
