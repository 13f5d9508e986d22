"""From a kind of message and its values to what is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from accounts.notifications.kinds import MessageKind
from accounts.notifications.rendering.placeholders import Slots, one_line
from ticketing.core.markdown import render_markdown, render_plain

LONGEST_SUBJECT = 200
# The link that is all a paragraph has is what there is to do: it becomes a button.
# An address that is written out stays one.
ACTION = re.compile(r'<p><a (href="[^"]*") rel="[^"]*">((?!https?:)(?:(?!</a>).)*)</a></p>')
BUTTON = r'<p class="action"><a class="button" \1 style="{style}">\2</a></p>'
BUTTON_STYLE = (
    "display:inline-block;padding:12px 24px;border-radius:8px;background:#bf3815;"
    "color:#fff9f2;font-weight:700;text-decoration:none"
)


@dataclass(frozen=True)
class Words:
    """Subject and Markdown with {placeholders}, as staff wrote them."""

    subject: str
    body: str


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: SafeString


def write_mail(
    kind: MessageKind,
    values: Mapping[str, Any],
    *,
    locale: str,
    words: Words | None = None,
    unsubscribe: str = "",
) -> Mail:
    """The mail in the reader's language, in staff's own words if there are any."""
    given = {**values, "site_name": settings.SITE_NAME}
    written = str(given.pop(kind.markdown, ""))
    slots = Slots(given)
    with translation.override(locale):
        if words:
            subject, body = slots.into_words(words.subject), slots.into_words(words.body)
        else:
            tokens = slots.for_template(given)
            subject, body = our_words(kind, tokens | {kind.markdown: brace(kind)})
        if kind.markdown:
            body = body.replace(brace(kind), slots.into_words(written))
        subject = one_line(slots.fill_text(subject))[:LONGEST_SUBJECT]
        frame = {
            "subject": subject,
            "site_url": settings.SITE_URL,
            "site_name": settings.SITE_NAME,
            "unsubscribe": unsubscribe,
            "imprint": f"{settings.SITE_URL}{reverse('imprint')}",
            "topic": kind.topic.label,
        }
        text = slots.fill_text(render_plain(body))
        html = with_button(slots.fill_html(render_markdown(body)))
        return Mail(
            subject,
            render_to_string("mails/layout.txt", {**frame, "content": text}),
            render_to_string("mails/layout.html", {**frame, "content": html}),
        )


def brace(kind: MessageKind) -> str:
    """Where the Markdown of the one who writes comes in."""
    return f"{{{kind.markdown}}}"


def our_words(kind: MessageKind, tokens: Mapping[str, Any]) -> tuple[str, str]:
    folder = f"mails/{kind.name}"
    return (
        # Without escaping, for a subject is no HTML; the tokens hold nothing to escape.
        render_to_string(f"{folder}/subject.txt", {**tokens}),
        render_to_string(f"{folder}/body.md", {**tokens}),
    )


def with_button(html: str) -> SafeString:
    return mark_safe(ACTION.sub(BUTTON.format(style=BUTTON_STYLE), html, count=1))  # noqa: S308 - sanitised, and values escaped


def write_note(kind: MessageKind, values: Mapping[str, Any], *, locale: str) -> str:
    """A few words for a text or push message."""
    given = {**values, "site_name": settings.SITE_NAME}
    slots = Slots(given)
    with translation.override(locale):
        note = render_to_string(f"mails/{kind.name}/note.txt", slots.for_template(given))
    return one_line(slots.fill_text(note))
