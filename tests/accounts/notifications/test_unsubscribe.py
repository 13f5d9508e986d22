"""One click, without signing in (RFC 8058)."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.notifications.domain.preferences import preferences_of
from accounts.notifications.domain.unsubscribing import Subscription, token_of
from accounts.notifications.enums import Channel, Topic
from accounts.notifications.models import Preference
from tests.factories import UserFactory


@pytest.fixture
def address(tell, send, attendee):
    """The one in the mail's header."""
    tell(to=attendee)
    send()
    header = mail.outbox[0].extra_headers["List-Unsubscribe"]
    return header.strip("<>").removeprefix("http://testserver")


@pytest.fixture
def machine(client):
    """A mail provider, which has neither cookies nor tokens."""
    client.handler.enforce_csrf_checks = True
    return client


def wants(user):
    return preferences_of(user).is_wanted(Channel.EMAIL, Topic.REMINDERS)


def test_looking_changes_nothing(machine, address, attendee):
    page = machine.get(address)

    assert page.status_code == 200
    assert "Stop these mails" in page.text
    assert wants(attendee)


def test_posting_unsubscribes_at_once(machine, address, attendee):
    page = machine.post(address, {"List-Unsubscribe": "One-Click"})

    assert page.status_code == 200
    assert "We will not write to you about this any more: Reminders." in page.text
    assert not wants(attendee)


def test_posting_twice_is_as_good_as_once(machine, address, attendee):
    assert [machine.post(address).status_code for _ in range(2)] == [200, 200]
    assert Preference.objects.count() == 1


def test_only_this_topic_of_this_person_on_this_channel_is_meant(machine, address, stranger):
    machine.post(address)

    assert wants(stranger)
    row = Preference.objects.get()
    assert (row.channel, row.topic, row.is_wanted) == ("email", "reminders", False)


def test_page_is_kept_by_nobody_and_its_address_leads_nowhere_else(machine, address):
    page = machine.get(address)

    assert page["Cache-Control"] == "private, no-store"
    assert address not in page.text
    assert "noindex" in page.text


def test_page_speaks_the_language_of_the_mail(tell, send, machine, attendee):
    tell(to=attendee, locale="fr")
    send()
    header = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

    assert header.startswith("http://testserver/fr/unsubscribe/")
    page = machine.get(header.removeprefix("http://testserver"))
    assert 'lang="fr"' in page.text


def test_guest_without_an_account_is_not_written_to_again(tell, send, machine):
    tell(to="Guest@example.org", key="1")
    send()
    header = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")

    machine.post(header.removeprefix("http://testserver"))

    assert tell(to="guest@example.org", key="2").state == "withheld"
    assert tell(to="other@example.org", key="3").state == "queued"


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "1.00000000.AAAA", "1..", "ä"])
def test_unknown_link_says_so(machine, token):
    for answer in (machine.get, machine.post):
        page = answer(reverse("unsubscribe", args=[token]))
        assert (page.status_code, "We do not know this link" in page.text) == (404, True)


def test_changed_link_is_unknown(machine, address, attendee):
    changed = address[:-3] + ("A" if address[-3] != "A" else "B") + address[-2:]

    assert machine.post(changed).status_code == 404
    assert wants(attendee)


def test_link_of_somebody_who_is_gone_is_unknown(machine, address, attendee):
    attendee.delete()

    assert machine.post(address).status_code == 404


def test_security_cannot_be_unsubscribed_even_with_a_token(machine, db):
    user = UserFactory()
    token = token_of(Subscription(str(user.pk), "", Channel.EMAIL, Topic.SECURITY))

    assert machine.post(reverse("unsubscribe", args=[token])).status_code == 404
