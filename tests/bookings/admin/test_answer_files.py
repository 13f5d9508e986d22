"""A file that answers a question, as the team reads it: by its name, and a link for a while."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bookings.domain.answer_files import take_answer
from bookings.domain.confirming import change_booking
from bookings.queries.attendees import attendee_stream
from bookings.showing.exporting import columns_of, rows_of
from events.enums import QuestionKind, QuestionScope
from tests.bookings.admin.conftest import page
from tests.events.factories import QuestionFactory
from tests.events.media.files import pdf
from tests.kit.api import APIClient
from tests.kit.queries import queries_of
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_BUCKET = ""


@pytest.fixture
def asked(event):
    return QuestionFactory(
        event=event, kind=QuestionKind.FILE, scope=QuestionScope.ORDER, label="Proof of study"
    )


@pytest.fixture
def sent(booking, asked):
    now = timezone.now()
    file = take_answer(
        booking, "proof.pdf", SimpleUploadedFile("proof.pdf", pdf()), by=None, now=now
    )
    change_booking(booking, answers={str(asked.pk): str(file.pk)}, by=None, now=now)
    return file


def address(booking, file):
    return reverse("admin:bookings_booking_file", args=[booking.pk, file.pk])


def test_the_page_names_the_file_and_leads_to_it_for_who_may_see_who_comes(
    owner, viewer, door, other_team, booking, sent
):
    deliver_all()
    shown = viewer.get(page(booking)).text
    opened = viewer.get(address(booking, sent))

    assert ("proof.pdf" in shown, f">{sent.pk}" in shown, address(booking, sent) in shown) == (
        True, False, True,
    )  # fmt: skip
    assert (opened.status_code, opened["Cache-Control"]) == (
        302, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert [one.get(address(booking, sent)).status_code for one in (other_team, door)] == [404, 302]
    assert door.get(address(booking, sent))["Location"].startswith("/admin/login/")


def test_what_was_not_looked_into_yet_is_not_given_out(owner, booking, sent):
    answer = owner.get(address(booking, sent), follow=True)

    assert "was not looked into yet" in answer.text


def test_a_file_of_another_booking_is_not_there(owner, booking, sent, free, book, now):
    other = book(free, 1, now=now)

    assert owner.get(address(other, sent)).status_code == 404


def test_the_export_has_the_name_alone(event, booking, sent):
    columns = columns_of(event, sees_money=False)

    titles, *rows = rows_of(columns, attendee_stream(event))

    assert (titles[-1], {row[-1] for row in rows}) == ("Proof of study", {"proof.pdf"})


def test_the_list_of_the_api_has_name_and_link_at_the_same_cost(
    organizer, event, booking, sent, asked, free, book, now
):
    deliver_all()
    owner, where = APIClient(organizer), f"/events/{event.slug}/attendees"
    owner.get(where)
    with_one = queries_of(lambda: owner.get(where))
    for _more in range(2):
        other = book(free, 1, now=now)
        more = take_answer(
            other, "more.pdf", SimpleUploadedFile("more.pdf", pdf()), by=None, now=now
        )
        change_booking(other, answers={str(asked.pk): str(more.pk)}, by=None, now=now)
    with_three = queries_of(lambda: owner.get(where))

    first, *_others, last = owner.get(where).json()["results"]
    assert first["files"][str(sent.pk)].keys() == {"name", "link", "expires_at"}
    assert first["files"][str(sent.pk)]["name"] == "proof.pdf"
    assert first["files"][str(sent.pk)]["link"].startswith("http://testserver/media/private/")
    assert last["files"][last["answers"][str(asked.pk)]] == {
        "name": "more.pdf", "link": None, "expires_at": None,
    }  # fmt: skip
    assert len(with_one) == len(with_three)
