"""Words of staff in the place of ours: checked when they are saved, inert when they are used."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.notifications.domain.messages import settled
from accounts.notifications.kinds import MessageKind, kind_named
from accounts.notifications.models import TemplateOverride
from accounts.notifications.rendering.mail import Mail, Words, our_words, write_mail
from accounts.notifications.rendering.placeholders import PLACEHOLDER, one_line
from ticketing.core.errors import InvalidInput, NotAllowed

if TYPE_CHECKING:
    from accounts.models import User

COMMON = ("site_name",)
BRACES = re.compile(r"\{+[^{}]*\}*|\}")


class MayNotChangeWords(NotAllowed):
    code = "may_not_change_words"
    message = _("Only staff who may change mails can do that.")


class WrongWords(InvalidInput):
    code = "wrong_words"
    message = _("These words cannot be used.")


def check_words(kind: MessageKind, words: Words) -> None:
    """Raises WrongWords for what is no placeholder of this mail, and for a missing link."""
    known = [*kind.placeholders, *COMMON]
    for field, text in [("subject", words.subject), ("body", words.body)]:
        for braces in BRACES.findall(text):
            found = PLACEHOLDER.fullmatch(braces)
            if not found or found[1] not in known:
                raise WrongWords(
                    _("%(braces)s is nothing that this mail knows. It knows: %(known)s.")
                    % {
                        "braces": braces.strip(),
                        "known": ", ".join(f"{{{name}}}" for name in known),
                    },
                    field=field,
                )
        if not text.strip():
            raise WrongWords(_("A mail has a subject and a text."), field=field)
    if "\n" in words.subject.strip():
        raise WrongWords(_("A subject is one line."), field="subject")
    for link in kind.links:
        if link not in kind.optional and f"{{{link}}}" not in words.body:
            raise WrongWords(
                _("Without %(link)s nobody can go on: put it into the text.")
                % {"link": f"{{{link}}}"},
                field="body",
            )


def words_for(kind: str, locale: str) -> Words | None:
    """What staff wrote for this mail in this language, if they did."""
    row = TemplateOverride.objects.filter(kind=kind, locale=locale).first()
    return Words(row.subject, row.body) if row else None


def our_own_words(kind: MessageKind, locale: str) -> Words:
    """Our words as staff would have written them: what they begin with."""
    names = {name: f"{{{name}}}" for name in [*kind.placeholders, *COMMON]}
    with translation.override(locale):
        subject, body = our_words(kind, names)
    return Words(one_line(subject), f"{body.strip()}\n")


def placeholders_of(kind: MessageKind, locale: str) -> dict[str, str]:
    """The dictionary of a mail: each placeholder with an example."""
    with translation.override(locale):
        return {name: str(value) for name, value in kind.example().items()} | {
            "site_name": settings.SITE_NAME
        }


def preview(kind: MessageKind, locale: str, words: Words | None = None) -> Mail:
    """The mail as its reader would see it, with the examples as values."""
    values = settled(kind, kind.example(), locale)
    unsubscribe = "#" if kind.can_be_unsubscribed else ""
    return write_mail(kind, values, locale=locale, words=words, unsubscribe=unsubscribe)


@transaction.atomic
def save_words(override: TemplateOverride, *, by: "User", now: datetime) -> None:
    """Let staff's words stand in the place of ours from the next mail on.

    Raises MayNotChangeWords, WrongWords.
    """
    if not by.has_perm("notifications.change_templateoverride"):
        raise MayNotChangeWords
    words = Words(override.subject, override.body)
    check_words(kind_named(override.kind), words)
    before = words_for(override.kind, override.locale)
    override.changed_by, override.changed_at = by, now
    override.save()
    record(
        action="notifications.words_changed",
        by=by,
        on=override,
        before={"subject": before.subject, "body": before.body} if before else {},
        after={"subject": words.subject, "body": words.body},
        now=now,
    )


@transaction.atomic
def restore_words(override: TemplateOverride, *, by: "User", now: datetime) -> None:
    """Let our own words stand again. Raises MayNotChangeWords."""
    if not by.has_perm("notifications.delete_templateoverride"):
        raise MayNotChangeWords
    record(
        action="notifications.words_restored",
        by=by,
        on=override,
        before={"subject": override.subject, "body": override.body},
        now=now,
    )
    override.delete()
