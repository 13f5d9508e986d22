"""Takes every mail, delivers none, and shows them on a page of its own.

Usage: python -m ticketing.local.mailcatcher FOLDER   (HOST, SMTP_PORT and MAILS_PORT from the
environment). Mails are files in FOLDER and survive a restart.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_MAILS_SHOWN = 500
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="stylesheet" href="/style.css"><main><h1>{title}</h1>{body}</main></html>"""
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 2rem auto; padding-inline: 1rem }
table { width: 100%; border-collapse: collapse } th { text-align: start }
td, th { padding: .5rem; border-block-end: 1px solid #8886; vertical-align: top }
iframe { width: 100%; height: 60vh; border: 1px solid #8886; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
"""
POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-src 'self'"


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        name = f"{datetime.now(tz=UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(envelope.content or b"")  # type: ignore[arg-type] # bytes unless decoding
        draft.rename(self.folder / name)
        return "250 OK"

    def names(self) -> list[str]:
        return sorted((path.stem for path in self.folder.glob("[!.]*.eml")), reverse=True)

    def mail(self, name: str) -> EmailMessage | None:
        if name not in self.names():
            return None
        with (self.folder / f"{name}.eml").open("rb") as file:
            return BytesParser(EmailMessage, policy=default).parse(file)

    def newest(self) -> Iterator[tuple[str, EmailMessage]]:
        for name in self.names()[:MOST_MAILS_SHOWN]:
            if mail := self.mail(name):
                yield name, mail


def body_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def facts_of(name: str, mail: EmailMessage) -> dict[str, Any]:
    return {
        "id": name,
        **{header: str(mail[header] or "") for header in ("from", "to", "subject", "date")},
        "message_id": str(mail["Message-ID"] or ""),
        "text": body_of(mail, "plain"),
        "html": body_of(mail, "html"),
        "attachments": [part.get_filename() for part in mail.iter_attachments()],
    }


class Page(BaseHTTPRequestHandler):
    mailbox: Mailbox

    def do_GET(self) -> None:
        match self.path.strip("/").split("/"):
            case [""]:
                self.answer(self.list_page())
            case ["style.css"]:
                self.answer(STYLE, kind="text/css")
            case ["messages.json"]:
                mails = [facts_of(*one) for one in self.mailbox.newest()]
                self.answer(json.dumps(mails), kind="application/json")
            case [name, *rest] if mail := self.mailbox.mail(name):
                if rest == ["html"]:
                    self.answer(body_of(mail, "html"))
                else:
                    self.answer(self.mail_page(name, mail))
            case _:
                self.answer(PAGE.format(title="No such mail", body=""), status=404)

    def list_page(self) -> str:
        rows = "".join(
            f"<tr><td><a href='/{name}'>{escape(str(mail['subject']) or '(no subject)')}</a>"
            f"<td>{escape(str(mail['to']))}<td>{escape(str(mail['date']))}"
            for name, mail in self.mailbox.newest()
        )
        table = f"<table><tr><th>Subject<th>To<th>Sent{rows}</table>"
        return PAGE.format(title="Mails", body=table if rows else "<p>No mail yet.")

    def mail_page(self, name: str, mail: EmailMessage) -> str:
        facts = facts_of(name, mail)
        head = f"<p>To {escape(facts['to'])}<br>From {escape(facts['from'])}<p><a href='/'>All</a>"
        html = f"<iframe sandbox src='/{name}/html' title='The mail'></iframe>"
        text = f"<pre>{escape(facts['text'])}</pre>"
        body = head + (html if facts["html"] else "") + text
        return PAGE.format(title=escape(facts["subject"]), body=body)

    def answer(self, content: str, *, kind: str = "text/html", status: int = 200) -> None:
        data = content.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """Nobody reads who read a mail."""


def main() -> None:
    mailbox = Mailbox(Path(sys.argv[1]))
    host = os.environ.get("HOST", "127.0.0.1")
    taker = Controller(mailbox, hostname=host, port=int(os.environ.get("SMTP_PORT", "1025")))
    Page.mailbox = mailbox
    shower = ThreadingHTTPServer((host, int(os.environ.get("MAILS_PORT", "8025"))), Page)
    taker.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        shower.serve_forever()
    finally:
        taker.stop()


if __name__ == "__main__":
    main()
