"""Real mail servers that fail, and workers that die between any two steps: nothing is lost, and
a mail goes out twice only where it was accepted and not yet marked — under one Message-ID."""

import os
import signal
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.db import connection, transaction
from django.utils import timezone

from accounts.notifications.domain.messages import notify
from accounts.notifications.models import Message, Suppression
from tests.kit.dying import let_leases_run_out
from ticketing.core.environment import mailer
from ticketing.core.models import Delivery
from ticketing.core.outbox import deliver_all
from ticketing.local.ports import HOST, first_free

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = {
    "link_login": "http://testserver/account/login/",
    "link_reset": "http://testserver/account/reset/",
}
TO = "reader@example.org"


class Server:
    """Takes mails, and answers each step as the test says."""

    def __init__(self):
        self.mails, self.refuse_address, self.refuse_mail, self.hang_up = [], "", "", False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.refuse_address:
            return self.refuse_address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.refuse_mail:
            return self.refuse_mail
        self.mails.append(message_from_bytes(envelope.content))
        if self.hang_up:
            server.transport.abort()
        return "250 OK"

    def message_ids(self):
        return [mail["Message-ID"] for mail in self.mails]


class Impolite(SMTP):
    async def smtp_QUIT(self, arg):  # noqa: N802 - aiosmtpd's name
        self.transport.abort()


@pytest.fixture
def port():
    return first_free(30_000 + os.getpid() % 900)


@pytest.fixture
def listen(port):
    running = []

    def start(protocol=SMTP):
        server = Server()

        class Listener(Controller):
            def factory(self):
                return protocol(self.handler)

        listener = Listener(server, hostname=HOST, port=port)
        listener.start()
        running.append(listener)
        return server

    yield start
    for listener in running:
        listener.stop()


@pytest.fixture(autouse=True)
def _wire(settings, port):
    settings.MAILERS = {"default": mailer(f"smtp://{HOST}:{port}")}


def tell(key="a-key"):
    with transaction.atomic():
        return notify("account_exists", to=TO, key=key, context=VALUES, now=timezone.now())


def work(*, later=timedelta()):
    deliver_all(now=timezone.now() + later)


@pytest.mark.parametrize(
    ("dies_at", "times"),
    [("mail.claimed", 1), ("mail.accepted", 2), ("outbox.handled", 1), ("outbox.marked", 1)],
)
def test_worker_is_killed_and_another_goes_on(listen, port, dying, dies_at, times):
    server = listen()
    message = tell()

    killed = dying("work", EMAIL_URL=f"smtp://{HOST}:{port}", FAILPOINT=dies_at)
    let_leases_run_out()
    others = dying("work", EMAIL_URL=f"smtp://{HOST}:{port}")

    assert (killed, others) == (-signal.SIGKILL, 0)
    assert server.message_ids() == [message.message_id] * times
    assert Message.objects.get().state == "sent"
    assert Delivery.objects.get().status == "done"


def test_mail_arrives_as_text_and_html_under_its_message_id(listen):
    server = listen()
    message = tell()

    work()

    (mail,) = server.mails
    assert (mail["To"], mail["Message-ID"]) == (TO, message.message_id)
    assert [part.get_content_type() for part in mail.get_payload()] == ["text/plain", "text/html"]
    assert Message.objects.get().state == "sent"


def test_mail_server_that_is_down_is_tried_until_it_is_up(listen):
    tell()
    work()
    waiting = Message.objects.get()

    server = listen()
    work(later=timedelta(hours=2))

    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert waiting.error == "The mail server cannot be reached (ConnectionRefusedError)."
    assert Message.objects.get().state == "sent"
    assert len(server.mails) == 1


def test_mail_server_that_asks_to_wait_gets_it_later(listen):
    server = listen()
    server.refuse_mail = "451 4.3.0 Try again later"
    tell()

    work()
    waiting = Message.objects.get()
    server.refuse_mail = ""
    work(later=timedelta(hours=2))

    assert waiting.error == "The mail server asks to wait (answer 451)."
    assert Message.objects.get().state == "sent"


def test_address_that_the_server_does_not_know_is_not_tried_again(listen):
    server = listen()
    server.refuse_address = "550 5.1.1 No such user here"
    tell()

    work()
    work(later=timedelta(hours=2))

    message = Message.objects.get()
    assert (message.state, message.error) == ("bounced", "550 5.1.1 No such user here")
    assert Suppression.objects.get().address == TO


def test_mail_that_the_server_refuses_fails_in_its_words(listen):
    server = listen()
    server.refuse_mail = "554 5.7.1 Looks like advertising"
    tell()

    work()

    message = Message.objects.get()
    assert (message.state, message.error) == ("failed", "554 5.7.1 Looks like advertising")
    assert not Suppression.objects.exists()


def test_lost_answer_is_tried_again_under_the_same_message_id(listen):
    server = listen()
    server.hang_up = True
    message = tell()

    work()
    server.hang_up = False
    work(later=timedelta(hours=2))

    assert server.message_ids() == [message.message_id] * 2
    assert Message.objects.get().state == "sent"


def test_server_that_hangs_up_after_it_took_the_mail_gets_it_once(listen):
    server = listen(Impolite)
    tell()

    work()
    work(later=timedelta(hours=2))

    assert len(server.mails) == 1
    assert Message.objects.get().state == "sent"


def test_message_whose_values_cannot_be_read_is_given_up_with_words_and_the_others_go_on(listen):
    server = listen()
    poison, good = tell("poison"), tell("good")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_message SET context = 'no token of ours' WHERE key = 'poison'"
        )

    for hours in range(8):
        deliver_all(now=timezone.now() + timedelta(hours=2 * hours), raise_errors=False)

    assert server.message_ids() == [good.message_id]
    dead = Delivery.objects.get(status="dead")
    assert dead.event.body == {"message_id": str(poison.pk)}
    assert dead.last_error.startswith("CannotDecrypt: ")
