"""Writing to attendees in the back office: looked at, counted, sent, and who may."""

import pytest
from django.urls import reverse

from accounts.notifications.models import Message
from bookings.models import AttendeeMessage
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
SAID = {"audience": "all", "ticket_type": "", "subject": "Doors", "text": "Come **early**, {name}."}


def of(event):
    return reverse("admin:bookings_booking_tell", args=[event.pk])


def test_a_message_is_looked_at_counted_and_sent_with_progress(owner, event, booking):
    deliver_all()
    page = owner.post(of(event), SAID)["Location"]
    shown = owner.get(page)
    framed = owner.get(f"{page}mail/")

    assert "Send to 1 person" in shown.text
    assert f'src="{page}mail/"' in shown.text
    assert "Come <strong>early</strong>, Ada Attendee." in framed.text
    assert not Message.objects.filter(kind="organizer_message").exists()

    owner.post(page, {"expected": "1"})
    running = owner.get(page).text
    deliver_all()
    done = owner.get(f"{page}progress/").text

    assert f'hx-get="{page}progress/"' in running
    assert "hx-get" not in done
    assert Message.objects.get(kind="organizer_message").address == "ada@example.org"
    assert "Doors" in owner.get(of(event)).text


def test_a_draft_can_be_written_anew(owner, event, booking):
    page = owner.post(of(event), SAID)["Location"]
    pk = page.rstrip("/").rpartition("/")[2]

    assert "Come **early**, {name}." in owner.get(f"{of(event)}?again={pk}").text
    assert "Come **early**" not in owner.get(f"{of(event)}?again=nothing").text


def test_who_may_not_writes_and_sees_no_message(owner, viewer, other_team, door, event, booking):
    page = owner.post(of(event), SAID)["Location"]

    for address in (of(event), page, f"{page}mail/", f"{page}progress/"):
        assert [client.get(address).status_code for client in (viewer, other_team, door)] == [
            403, 404, 302,
        ]  # fmt: skip
    for client in (viewer, other_team, door):
        client.post(page, {"expected": "1"})
    assert AttendeeMessage.objects.get().state == "draft"
