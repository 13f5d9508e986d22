"""What becomes of a queued message."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from accounts.notifications.channels import Away, Refused
from accounts.notifications.domain import sending
from accounts.notifications.domain.messages import (
    CannotResend,
    MayNotResend,
    NotFailed,
    notify,
    resend_message,
    try_message_again,
)
from accounts.notifications.domain.preferences import set_preferences
from accounts.notifications.domain.suppressions import (
    MayNotClear,
    clear_suppression,
    suppress_address,
)
from accounts.notifications.enums import Channel, SuppressionReason, Topic
from accounts.notifications.kinds import kind_named
from accounts.notifications.models import Message, Suppression
from accounts.notifications.queries import AddressProblem, problems_of_address
from accounts.notifications.senders import email
from tests.accounts.notifications.conftest import NOW, PLACES
from tests.kit.queries import queries_of
from ticketing.core.models import Delivery
from ticketing.core.outbox import Retry

SECOND = timedelta(seconds=1)
RESET = {"link": "http://testserver/reset/secret-key/", "name": "Ada"}


@pytest.fixture
def channel(monkeypatch):
    """A mail server that answers what the test says."""

    class Server:
        error, heard = None, []

        def send(self, message, content, headers):
            self.heard.append((message, content, headers, connection.in_atomic_block))
            if self.error:
                raise self.error
            return "number-1"

    server = Server()
    server.heard = []
    monkeypatch.setattr(sending, "sender_of", lambda _channel: server)
    return server


def test_message_is_sent_under_its_own_message_id(tell, send, attendee, fresh):
    message = tell(to=attendee)

    send()

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["attendee@example.org"], "Quiet songs begins soon")
    assert sent.from_email == "tickets@testserver"
    assert sent.extra_headers["Message-ID"] == f"<{message.pk.hex}@testserver>"
    assert [kind for _, kind in sent.alternatives] == ["text/html"]
    kept = fresh(message)
    assert (kept.state, kept.sent_at, kept.attempts) == ("sent", NOW + SECOND, 1)
    assert kept.context == PLACES


def test_message_that_was_sent_is_not_sent_again(tell, send, attendee):
    message = tell(to=attendee)
    send()

    sending.send_message(message.pk, now=NOW + timedelta(hours=1))

    assert len(mail.outbox) == 1


def test_secret_is_wiped_once_it_is_sent(tell, send, attendee, fresh):
    message = tell("reset_password", to=attendee, context=RESET)

    send()

    assert RESET["link"] in mail.outbox[0].body
    assert fresh(message).context is None


def test_message_in_french_is_written_in_french(tell, send, attendee):
    tell(to=attendee, locale="fr")

    send()

    assert 'lang="fr"' in mail.outbox[0].alternatives[0].content


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_held_while_the_mail_server_is_spoken_to(tell, send, attendee, channel):
    tell(to=attendee)

    send()

    assert [in_transaction for *_, in_transaction in channel.heard] == [False]


@pytest.mark.django_db(transaction=True)
def test_server_that_is_away_is_tried_again_later(tell, send, attendee, channel, fresh):
    message = tell(to=attendee)
    channel.error = Away("The mail server cannot be reached (ConnectionRefusedError).")

    send()
    waiting = fresh(message)
    delivery = Delivery.objects.get()
    channel.error = None
    send(now=NOW + timedelta(hours=2))

    assert (waiting.state, waiting.claimed_until) == ("queued", None)
    assert waiting.error == "The mail server cannot be reached (ConnectionRefusedError)."
    assert (delivery.status, delivery.last_error) == ("waiting", waiting.error)
    sent = fresh(message)
    assert (sent.state, sent.error, sent.provider_id) == ("sent", "", "number-1")


def test_refusal_is_kept_in_the_other_side_s_words(tell, send, attendee, channel, fresh):
    message = tell(to=attendee)
    channel.error = Refused("554 5.7.1 We take no mail from you")

    send()

    kept = fresh(message)
    assert (kept.state, kept.reason, kept.failed_at) == ("failed", "refused", NOW + SECOND)
    assert kept.error == "554 5.7.1 We take no mail from you"
    assert not Suppression.objects.exists()
    assert Delivery.objects.get().status == "done"


def test_address_that_is_no_more_is_not_written_to_again(tell, send, attendee, channel, fresh):
    message = tell(to=attendee)
    channel.error = Refused("550 5.1.1 No such user", is_address_dead=True)

    send()
    second = tell(to=attendee, key="second")
    send()

    assert (fresh(message).state, fresh(message).bounced_at) == ("bounced", NOW + SECOND)
    assert (fresh(second).state, fresh(second).reason) == ("failed", "suppressed")
    assert len(channel.heard) == 1
    since = Suppression.objects.get().suppressed_at
    assert problems_of_address(attendee) == [
        AddressProblem("attendee@example.org", SuppressionReason.HARD_BOUNCE, since)
    ]


def test_message_whose_time_is_over_is_not_sent(tell, send, attendee, fresh):
    message = tell("reset_password", to=attendee, context=RESET)
    life = kind_named("reset_password").expires_after

    send(now=NOW + life)

    assert mail.outbox == []
    kept = fresh(message)
    assert (kept.state, kept.reason, kept.context) == ("failed", "expired", None)


def test_message_that_could_not_be_sent_for_two_days_is_given_up(tell, send, attendee, fresh):
    message = tell(to=attendee)

    send(now=NOW + timedelta(days=2))

    assert mail.outbox == []
    assert (fresh(message).state, fresh(message).reason) == ("failed", "given_up")


def test_message_that_cannot_be_written_fails_and_the_others_go_on(
    tell, send, attendee, fresh, caplog
):
    poison = tell("poison", to=attendee, key="poison", context={"name": "Ada"})
    tell(to=attendee, key="good")

    send()

    kept = fresh(poison)
    assert (kept.state, kept.reason) == ("failed", "unreadable")
    assert kept.error.startswith("TemplateDoesNotExist in loader.py:")
    assert [sent.subject for sent in mail.outbox] == ["Quiet songs begins soon"]
    (line,) = [one for one in caplog.records if one.message == "message_unreadable"]
    assert (line.levelname, line.kind) == ("ERROR", "poison")


def test_message_of_a_kind_that_this_worker_does_not_know_waits(
    tell, send, attendee, fresh, monkeypatch
):
    message = tell(to=attendee)
    Message.objects.filter(pk=message.pk).update(kind="of_tomorrow")

    send()
    waiting = fresh(message)
    Message.objects.filter(pk=message.pk).update(kind="evening_soon")
    send(now=NOW + timedelta(hours=2))

    assert (waiting.state, Delivery.objects.get().status) == ("queued", "done")
    assert fresh(message).state == "sent"


def test_45_header_that_is_none_fails_this_message_alone(tell, send, attendee, fresh, settings):
    settings.DEFAULT_FROM_EMAIL = "tickets@testserver\nBcc: x@example.org"
    message = tell(to=attendee)

    send()

    assert (fresh(message).state, fresh(message).reason) == ("failed", "unreadable")


# Two workers at once, and one that oversleeps.


def test_message_that_another_worker_has_is_left_to_it(tell, attendee, channel):
    message = tell(to=attendee)
    sending.claim(message.pk, now=NOW)

    with pytest.raises(Retry) as retry:
        sending.send_message(message.pk, now=NOW + timedelta(minutes=1))

    assert retry.value.after == timedelta(minutes=2)
    assert channel.heard == []


def test_message_whose_worker_died_is_taken_over(tell, attendee, channel, fresh):
    message = tell(to=attendee)
    sending.claim(message.pk, now=NOW)

    sending.send_message(message.pk, now=NOW + sending.LEASE)

    assert (fresh(message).state, fresh(message).attempts) == ("sent", 2)


def test_worker_that_wakes_before_it_spoke_says_nothing(tell, attendee, channel, fresh):
    message = tell(to=attendee)
    asleep = sending.claim(message.pk, now=NOW)
    sending.send_message(message.pk, now=NOW + sending.LEASE)

    with pytest.raises(sending.Overtaken):
        sending.attempt(asleep, now=NOW)

    assert len(channel.heard) == 1


def test_worker_that_wakes_after_it_spoke_changes_nothing(
    tell, attendee, channel, fresh, monkeypatch
):
    message = tell(to=attendee)

    late = NOW + 2 * sending.LEASE

    def oversleep(_name):
        monkeypatch.setattr(sending, "failpoint", lambda _name: None)
        sending.send_message(message.pk, now=late)

    monkeypatch.setattr(sending, "failpoint", oversleep)
    sending.send_message(message.pk, now=NOW)

    kept = fresh(message)
    assert (kept.state, kept.sent_at, kept.attempts) == ("sent", late, 2)
    assert {one.message_id for one, *_ in channel.heard} == {message.message_id}


# What the person wants.


def test_message_that_is_not_wanted_is_kept_and_not_announced(tell, send, attendee):
    set_preferences(attendee, {(Channel.EMAIL, Topic.REMINDERS): False}, now=NOW)

    message = tell(to=attendee)
    send()

    assert (message.state, message.withheld_at, message.context) == ("withheld", NOW, None)
    assert mail.outbox == []


def test_message_that_is_not_wanted_any_more_when_its_turn_comes_is_withheld(
    tell, send, attendee, fresh
):
    message = tell(to=attendee)
    set_preferences(attendee, {(Channel.EMAIL, Topic.REMINDERS): False}, now=NOW)

    send()

    assert (fresh(message).state, mail.outbox) == ("withheld", [])


def test_marketing_is_for_those_who_asked(tell, send, attendee):
    assert tell("offer", to=attendee, key="1", context={"name": "Ada"}).state == "withheld"
    set_preferences(attendee, {(Channel.EMAIL, Topic.MARKETING): True}, now=NOW)
    assert tell("offer", to=attendee, key="2", context={"name": "Ada"}).state == "queued"


def test_mail_that_may_be_unsubscribed_says_how(tell, send, attendee):
    tell(to=attendee)

    send()

    headers, text = mail.outbox[0].extra_headers, mail.outbox[0].body
    address = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.startswith("http://testserver/unsubscribe/")
    assert address in text
    assert "attendee" not in address


def test_mail_for_safety_cannot_be_unsubscribed(tell, send, attendee):
    tell("reset_password", to=attendee, context=RESET)

    send()

    assert list(mail.outbox[0].extra_headers) == ["Message-ID", "Auto-Submitted"]
    assert "unsubscribe" not in mail.outbox[0].body


# Once more, by staff.


def test_resent_message_has_the_same_words_and_names_the_first(tell, send, staff, attendee, fresh):
    first = tell(to=attendee)
    send()

    second = resend_message(first, address="Ada@Example.com", by=staff, now=NOW + SECOND)
    send()

    assert (second.address, second.resent_from) == ("ada@example.com", first)
    assert (second.context, second.recipient) == (PLACES, attendee)
    assert [sent.to for sent in mail.outbox] == [["attendee@example.org"], ["ada@example.com"]]
    assert mail.outbox[0].subject == mail.outbox[1].subject
    assert fresh(first).state == "sent"


def test_resending_twice_to_one_address_sends_once(tell, staff, attendee):
    first = tell(to=attendee)

    one = resend_message(first, address="ada@example.com", by=staff, now=NOW)
    other = resend_message(first, address="ada@example.com", by=staff, now=NOW)

    assert one == other


def test_secret_cannot_be_resent(tell, send, staff, attendee):
    message = tell("reset_password", to=attendee, context=RESET)

    with pytest.raises(CannotResend):
        resend_message(message, address="mallory@example.org", by=staff, now=NOW)


def test_resending_is_for_staff_who_may(tell, attendee, stranger):
    message = tell(to=attendee)

    with pytest.raises(MayNotResend):
        resend_message(message, address="x@example.org", by=stranger, now=NOW)
    with pytest.raises(MayNotResend):
        try_message_again(message, by=stranger, now=NOW)


def test_failed_message_is_sent_when_it_is_tried_again(tell, send, staff, attendee, channel, fresh):
    message = tell(to=attendee)
    channel.error = Refused("554 no")
    send()
    channel.error = None

    try_message_again(message, by=staff, now=NOW + timedelta(days=3))
    send(now=NOW + timedelta(days=3))

    kept = fresh(message)
    assert (kept.state, kept.reason, kept.error) == ("sent", "", "")
    with pytest.raises(NotFailed):
        try_message_again(message, by=staff, now=NOW)


# Addresses that are not written to.


def test_suppression_is_lifted_by_its_owner_or_staff_alone(staff, attendee, stranger):
    one = suppress_address("Attendee@example.org", reason=SuppressionReason.COMPLAINT, now=NOW)

    with pytest.raises(MayNotClear):
        clear_suppression(one, by=stranger, now=NOW)
    assert clear_suppression(one, by=attendee, now=NOW)
    assert not clear_suppression(one, by=staff, now=NOW)
    assert problems_of_address(attendee) == []


@pytest.mark.django_db
def test_suppressing_twice_keeps_the_first_reason():
    one = suppress_address("a@example.org", reason=SuppressionReason.HARD_BOUNCE, now=NOW)
    two = suppress_address("a@example.org", reason=SuppressionReason.COMPLAINT, now=NOW)

    assert (one, two.reason) == (two, "hard_bounce")


def test_sending_costs_the_same_few_statements(tell, attendee, channel):
    message = tell(to=attendee)

    statements = [
        sql.split()[0] for sql in queries_of(lambda: sending.send_message(message.pk, now=NOW))
    ]

    # claim, read, suppression, preference, words; still ours, sent
    assert statements == ["UPDATE", "SELECT", "SELECT", "SELECT", "SELECT", "UPDATE", "UPDATE"]


# What mail servers say.


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"5.1.1 No such user")}), ("dead", "550 5.1.1")),
        (
            smtplib.SMTPRecipientsRefused({"a": (550, b"5.7.1 Not welcome")}),
            ("refused", "550 5.7.1"),
        ),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"No such user")}), ("refused", "550 No")),
        (smtplib.SMTPRecipientsRefused({"a": (452, b"4.2.2 Full")}), ("away", "answer 452")),
        (smtplib.SMTPDataError(554, b"5.6.0 Bad content"), ("refused", "554 5.6.0")),
        (smtplib.SMTPDataError(451, b"4.3.0 Later"), ("away", "answer 451")),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 Wrong"), ("away", "answer 535")),
        (smtplib.SMTPSenderRefused(550, b"Not you", "t@x"), ("away", "answer 550")),
        (smtplib.SMTPConnectError(554, b"Go away"), ("away", "answer 554")),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), ("away", "SMTPNotSupportedError")),
        (smtplib.SMTPServerDisconnected("gone"), ("away", "SMTPServerDisconnected")),
    ],
)
def test_answers_of_mail_servers_are_told_apart(error, outcome):
    said = email.from_smtp(error)

    if isinstance(said, Away):
        assert outcome == ("away", outcome[1])
    else:
        assert isinstance(said, Refused)
        assert outcome[0] == ("dead" if said.is_address_dead else "refused")
    assert outcome[1] in str(said)


@pytest.mark.django_db(transaction=True)
def test_message_of_a_transaction_that_is_rolled_back_is_never_sent(attendee, send):
    with transaction.atomic():
        notify("evening_soon", to=attendee, key="a", context=PLACES, now=NOW)
        transaction.set_rollback(True)
    send()

    assert mail.outbox == []
