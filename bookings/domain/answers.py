"""What people answer to an organizer's questions: in the right shape, and complete in the end."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from babel import Locale
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from events.enums import QuestionKind, QuestionScope
from events.models import Question
from ticketing.core.errors import InvalidInput

LONGEST_LINE, LONGEST_TEXT = 300, 5_000
PHONE = re.compile(r"\+?[\d\s().\-/]{5,40}")
NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,6})?")


class AnswerUnclear(InvalidInput):
    code = "answer_unclear"
    message = _("Please look at this answer again.")


class AnswerNeeded(InvalidInput):
    code = "answer_needed"
    message = _("Please answer this question.")


def questions_of(booking_event: UUID) -> list[Question]:
    """Those that are asked now, each with the ticket types it is asked for."""
    return list(
        Question.objects.filter(event=booking_event, withdrawn_at=None)
        .prefetch_related("ticket_types")
        .order_by("position", "id")
    )


def kept_answers(
    questions: Iterable[Question], given: Mapping[str, Any], *, scope: QuestionScope, where: str
) -> dict[str, Any]:
    """The answers to questions that exist, as they are kept; raises AnswerUnclear at its field."""
    known = {str(one.pk): one for one in questions if one.scope == scope}
    kept = {}
    for key, answer in given.items():
        if key not in known:
            raise AnswerUnclear(_("There is no such question."), field=f"{where}.{key}")
        if (value := kept_answer(known[key], answer, field=f"{where}.{key}")) not in ("", []):
            kept[key] = value
    return kept


def kept_answer(question: Question, answer: Any, *, field: str) -> Any:
    if answer is None:
        return ""
    if question.kind == QuestionKind.CHOICES:
        if isinstance(answer, list) and set(answer) <= set(question.options):
            return answer
        raise AnswerUnclear(field=field)
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    if not isinstance(answer, str | int | float):
        raise AnswerUnclear(field=field)
    text = str(answer).strip()
    if text and not fits(question, text):
        raise AnswerUnclear(field=field)
    return text


def fits(question: Question, text: str) -> bool:
    fitting: Mapping[str, Callable[[str], object]] = {
        QuestionKind.TEXT: lambda text: len(text) <= LONGEST_TEXT,
        QuestionKind.NUMBER: NUMBER.fullmatch,
        QuestionKind.YES_NO: lambda text: text in {"yes", "no"},
        QuestionKind.CHOICE: lambda text: text in question.options,
        QuestionKind.DATE: is_date,
        QuestionKind.COUNTRY: lambda text: len(text) == 2 and text in Locale("en").territories,
        QuestionKind.PHONE: PHONE.fullmatch,
    }
    is_fitting = fitting.get(question.kind)
    return bool(is_fitting(text)) if is_fitting else len(text) <= LONGEST_LINE


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def require_answered(questions: Iterable[Question], booking: Booking) -> None:
    """Before a booking is certain: what must be answered is, where it is asked at all."""
    required = [one for one in questions if one.is_required]
    is_of_tickets = any(one.scope == QuestionScope.TICKET for one in required)
    tickets = list(booking.tickets.all()) if is_of_tickets else []
    for question in required:
        if question.scope == QuestionScope.ORDER:
            require_one(question, booking.answers, field=f"answers.{question.pk}")
            continue
        only_for = {one.pk for one in question.ticket_types.all()}
        for ticket in tickets:
            if not only_for or ticket.ticket_type_id in only_for:
                field = f"tickets.{ticket.number}.answers.{question.pk}"
                require_one(question, {**booking.answers, **ticket.answers}, field=field)


def require_one(question: Question, answers: Mapping[str, Any], *, field: str) -> None:
    before = question.shown_if_id
    if before is not None and not is_chosen(answers.get(str(before)), question.shown_if_answer):
        return
    if not answers.get(str(question.pk)):
        raise AnswerNeeded(field=field)


def is_chosen(answer: Any, wanted: str) -> bool:
    return wanted in answer if isinstance(answer, list) else answer == wanted
