"""A real mail through a real server: Django sends, the catcher shows."""

import json
import os
import subprocess
import sys
import urllib.request

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from tests.core.test_environment import BASE_DIR
from tests.kit.running import until
from ticketing.core.environment import mailer
from ticketing.local.__main__ import answers
from ticketing.local.ports import first_free


@pytest.fixture
def catcher(tmp_path):
    smtp = first_free(27_000 + os.getpid() % 1000)
    page = first_free(smtp + 1)
    environment = {**os.environ, "SMTP_PORT": str(smtp), "MAILS_PORT": str(page)}
    command = [sys.executable, "-m", "ticketing.local.mailcatcher", str(tmp_path)]
    with subprocess.Popen(command, cwd=BASE_DIR, env=environment) as process:
        address = f"http://127.0.0.1:{page}"
        until(lambda: answers(address))
        yield f"smtp://127.0.0.1:{smtp}", address
        process.terminate()
    assert process.returncode == 0


def get(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode(), answer.headers


def test_catcher_takes_a_mail_and_shows_it(catcher, settings):
    smtp, page = catcher
    settings.MAILERS = {"default": mailer(smtp)}
    message = EmailMultiAlternatives(
        "Your tickets — <b>tonight</b>", "Doors at seven.", to=["ada@example.org"]
    )
    message.attach_alternative("<p>Doors at <b>seven</b>.</p><script>x</script>", "text/html")
    message.attach("ticket.pdf", b"%PDF-", "application/pdf")

    mail.mailers.default.send_messages([message])

    (shown,) = json.loads(get(f"{page}/messages.json")[0])
    assert shown["to"] == "ada@example.org"
    assert shown["text"].strip() == "Doors at seven."
    assert shown["attachments"] == ["ticket.pdf"]
    listed, headers = get(page)
    assert "Your tickets — &lt;b&gt;tonight&lt;/b&gt;" in listed
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "sandbox" in get(f"{page}/{shown['id']}")[0]
