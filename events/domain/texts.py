"""Ticket types and questions in other languages than the event's; the event itself: events.py."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from events.domain.asking import apply, note, open_to, tell_changed
from events.domain.events import InvalidValue, NotToBeSet, look_over, only
from events.models import Event, Question, QuestionText, TicketType, TicketTypeText
from events.rules import LANGUAGE


@transaction.atomic
def set_ticket_type_text(
    ticket_type: TicketType, *, language: str, facts: Mapping[str, Any], by: User, now: datetime
) -> TicketTypeText | None:
    """Say it in another language; without a name the language is taken away again."""
    event = ticket_type.event
    open_to(by, event)
    require_other(language, event)
    known = TicketTypeText.objects.filter(ticket_type=ticket_type, language=language).first()
    text = known or TicketTypeText(event=event, ticket_type=ticket_type, language=language)
    is_kept = say(text, facts, words={"name", "description"}, needed="name")
    tell(ticket_type, "ticket_types", event, language, by=by, now=now)
    return text if is_kept else None


@transaction.atomic
def set_question_text(
    question: Question, *, language: str, facts: Mapping[str, Any], by: User, now: datetime
) -> QuestionText | None:
    """The same for a question; its answers are given in the same order, or not at all."""
    event = question.event
    open_to(by, event)
    require_other(language, event)
    known = QuestionText.objects.filter(question=question, language=language).first()
    text = known or QuestionText(event=event, question=question, language=language)
    if len(facts.get("options", [])) not in {0, len(question.options)}:
        raise InvalidValue(_("Please translate every answer, in the same order."), field="options")
    is_kept = say(text, facts, words={"label", "help_text", "options"}, needed="label")
    tell(question, "questions", event, language, by=by, now=now)
    return text if is_kept else None


def require_other(language: str, event: Event) -> None:
    """The event's own language is that of the rows themselves."""
    if not LANGUAGE.fullmatch(language):
        raise InvalidValue(field="language")
    if language == event.language:
        raise NotToBeSet(field="language")


def say(text: Model, facts: Mapping[str, Any], *, words: Collection[str], needed: str) -> bool:
    """Keep the words, or take the row away when what is needed is empty."""
    only(facts, frozenset(words))
    if not str(facts.get(needed, "")).strip():
        if not text._state.adding:
            text.delete()
        return False
    apply(text, facts)
    look_over(text)
    text.save()
    return True


def tell(on: Model, kind: str, event: Event, language: str, *, by: User, now: datetime) -> None:
    note(f"{kind}.text_changed", on, event=event, by=by, now=now, after={"language": language})
    tell_changed(event, [f"text:{language}"], now=now)
