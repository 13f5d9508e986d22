"""A file of bookings in the back office: looked over, booked, and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bookings.models import Booking, BookingImport
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


def of(event):
    return reverse("admin:bookings_booking_import", args=[event.pk])


def bring(client, event, text):
    return client.post(of(event), {"file": SimpleUploadedFile("old.csv", text.encode())})


def test_a_file_is_looked_over_then_booked_with_progress(owner, event, free):
    answer = bring(owner, event, "email,name\nada@example.org,Ada\nnobody,Bob\n")
    page = answer["Location"]
    shown = owner.get(page).text

    assert "“nobody” is no e-mail address." in shown
    assert "Book 1 line" in shown
    assert Booking.objects.count() == 0

    owner.post(page)
    running = owner.get(page).text
    deliver_all()
    done = owner.get(f"{page}progress/").text

    assert f'hx-get="{page}progress/"' in running
    assert "hx-get" not in done
    assert BookingImport.objects.get().state == "done"
    assert Booking.objects.get().buyer_email == "ada@example.org"


def test_what_is_no_table_is_said_at_the_field(owner, event, free):
    answer = bring(owner, event, "\0")

    assert (answer.status_code, "This is no table of text." in answer.text) == (200, True)


def test_who_may_not_brings_and_sees_no_file(owner, viewer, other_team, door, event, free):
    page = bring(owner, event, "name\nAda\n")["Location"]

    for address in (of(event), page, f"{page}progress/"):
        assert [client.get(address).status_code for client in (viewer, other_team, door)] == [
            403, 404, 302,
        ]  # fmt: skip
    for client in (viewer, other_team, door):
        client.post(page)
    assert BookingImport.objects.get().state == "preview"
