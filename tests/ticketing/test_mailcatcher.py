"""A real mail through a real server: Django sends, the catcher shows."""

import json
import urllib.request

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from ticketing.core.environment import mailer


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
