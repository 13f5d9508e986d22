"""Messages and addresses in the back office."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from accounts.audit.models import Entry
from accounts.notifications.domain.devices import register_device
from accounts.notifications.domain.preferences import set_preferences
from accounts.notifications.domain.retention import delete_old_messages, forget_person
from accounts.notifications.domain.suppressions import suppress_address
from accounts.notifications.enums import Channel, SuppressionReason, Topic
from accounts.notifications.models import Device, Message, Preference, Suppression
from accounts.notifications.models.message import DAYS_KEPT
from accounts.notifications.tasks import delete_old
from tests.accounts.notifications.conftest import LINK, NOW
from tests.factories import PASSWORD, UserFactory
from tests.kit.queries import assert_cost_is_constant

SECRET = {"link": "http://testserver/reset/secret-key/", "name": "Ada"}


def address(name, *args):
    return reverse(f"admin:notifications_message_{name}", args=args)


@pytest.fixture
def message(tell, send, attendee):
    message = tell(to=attendee)
    send()
    return message


def test_list_shows_state_and_finds_by_address(staff_client, message, tell):
    tell(to="other@example.org", key="other")

    page = staff_client.get(address("changelist"), {"q": "attendee@"})

    assert "attendee@example.org" in page.text
    assert "other@example.org" not in page.text
    assert [m.pk for m in page.context["cl"].result_list] == [message.pk]


@pytest.mark.parametrize("filters", [{"kind": "evening_soon"}, {"state__exact": "sent"}])
def test_list_is_filtered(staff_client, message, tell, filters):
    tell("reset_password", to="other@example.org", key="other", context=SECRET)

    page = staff_client.get(address("changelist"), filters)

    assert [m.pk for m in page.context["cl"].result_list] == [message.pk]


def test_list_costs_the_same_however_many_there_are(staff_client, tell):
    numbers = iter(range(9))

    assert_cost_is_constant(
        lambda: tell(to=UserFactory(), key=f"k{next(numbers)}"),
        lambda: staff_client.get(address("changelist")),
    )


def test_message_shows_what_it_said_in_a_frame_that_can_do_nothing(staff_client, message):
    page = staff_client.get(address("change", message.pk))
    shown = staff_client.get(address("mail", message.pk))

    assert "Quiet songs begins soon" in page.text
    assert f'<iframe sandbox="" src="{address("mail", message.pk)}"' in page.text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "sandbox" in shown["Content-Security-Policy"]
    assert LINK in shown.text


def test_secret_message_shows_nothing_even_before_it_is_sent(staff_client, tell, attendee):
    message = tell("reset_password", to=attendee, context=SECRET)

    page = staff_client.get(address("change", message.pk))

    assert "secret-key" not in page.text
    assert "What it said was not kept" in page.text
    assert staff_client.get(address("mail", message.pk)).status_code == 404


def test_message_that_cannot_be_written_can_still_be_looked_at(staff_client, tell, attendee):
    message = tell("poison", to=attendee, context={"name": "Ada"})

    assert staff_client.get(address("change", message.pk)).status_code == 200


def test_message_that_no_key_opens_can_still_be_looked_at(staff_client, message):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET context = 'no token of ours'")

    pages = [address("changelist"), address("change", message.pk)]

    assert [staff_client.get(page).status_code for page in pages] == [200, 200]


def act(client, name, message, **fields):
    where = address("change", message.pk).replace("/change/", f"/{name}/")
    return client.post(where, {"_form_submitted": "on", **fields}, follow=True)


def test_staff_send_it_to_the_corrected_address(staff_client, message, send):
    page = act(staff_client, "resend", message, address="ada@example.com")
    send()

    assert "It is on its way." in page.text
    assert [sent.to for sent in mail.outbox] == [["attendee@example.org"], ["ada@example.com"]]
    assert Entry.objects.get().action == "notifications.message_resent"


def test_address_that_is_none_is_refused_in_words(staff_client, message):
    page = act(staff_client, "resend", message, address="ada at example")

    assert "Nothing can be sent to this address" in page.text
    assert Message.objects.count() == 1


def test_failed_message_is_tried_again(staff_client, tell, send, attendee, fresh):
    message = tell(to=attendee)
    send(now=NOW + timedelta(days=2))

    page = act(staff_client, "try-again", message)

    assert "It is on its way." in page.text
    assert fresh(message).state == "queued"


def test_looking_at_an_action_changes_nothing(staff_client, message):
    where = address("change", message.pk).replace("/change/", "/resend/")

    assert staff_client.get(where).status_code == 200
    assert Message.objects.count() == 1


def test_staff_without_the_permission_see_nothing(client, message):
    helper = UserFactory(is_staff=True)
    client.login(email=helper.email, password=PASSWORD)

    pages = [address("changelist"), address("change", message.pk), address("mail", message.pk)]

    assert [client.get(page).status_code for page in pages] == [403, 403, 404]
    assert act(client, "resend", message, address="x@example.org").status_code == 403


# Addresses that are not written to.


def test_staff_suppress_an_address_and_clear_it(staff_client, staff):
    base = "admin:notifications_suppression"
    staff_client.post(reverse(f"{base}_add"), {"address": "Ada@Example.org"})
    row = Suppression.objects.get()
    assert (row.address, row.reason, row.cleared_at) == ("ada@example.org", "manual", None)

    chosen = {"action": "write_again", "_selected_action": [row.pk]}
    page = staff_client.post(reverse(f"{base}_changelist"), chosen, follow=True)

    assert "1 address is written to again." in page.text
    assert Suppression.objects.get().cleared_by == staff
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "notifications.address_suppressed",
        "notifications.suppression_cleared",
    ]


def test_address_that_is_suppressed_already_stays_as_it_is(staff_client, db):
    suppress_address("ada@example.org", reason=SuppressionReason.COMPLAINT, now=NOW)

    page = staff_client.post(
        reverse("admin:notifications_suppression_add"), {"address": "ada@example.org"}
    )

    assert page.status_code in {200, 302}
    assert [row.reason for row in Suppression.objects.all()] == ["complaint"]


# Retention.


def test_messages_are_deleted_when_their_time_is_over(tell):
    old = tell(to="a@example.org", key="old", now=NOW - timedelta(days=DAYS_KEPT, seconds=1))
    kept = tell(to="a@example.org", key="kept", now=NOW - timedelta(days=DAYS_KEPT))

    assert delete_old_messages(now=NOW) == 1
    assert list(Message.objects.all()) == [kept]
    assert old != kept


def test_person_who_is_erased_leaves_no_message_behind(tell, attendee, stranger):
    for person in (attendee, stranger):
        tell(to=person, key=f"user:{person.pk}")
        tell(to=person.email, key=f"guest:{person.pk}")
        suppress_address(person.email, reason=SuppressionReason.COMPLAINT, now=NOW)
        set_preferences(person, {(Channel.EMAIL, Topic.REMINDERS): False}, now=NOW)
        register_device(person, platform="ios", token=person.pk.hex, now=NOW)

    forget_person(attendee)

    left = [model.objects.count() for model in (Message, Suppression, Preference, Device)]
    assert left == [2, 1, 1, 1]
    assert Device.objects.get().user == stranger


@pytest.mark.django_db
def test_worker_deletes_old_messages():
    delete_old()

    assert not Message.objects.exists()
