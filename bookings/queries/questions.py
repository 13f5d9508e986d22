"""What is asked for a booking, in the reader's language: two statements, however many, and for all who
read it in the same second. What must be answered is looked up anew (bookings/domain/answers.py)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from events.enums import QuestionScope
from events.models import Question, QuestionText
from events.queries.words import best, in_languages
from ticketing.core.briefly import kept_briefly


@dataclass(frozen=True)
class Asked:
    """A question as somebody reads it; answers are kept in the organizer's words."""

    question: Question
    label: str
    help_text: str
    options: list[tuple[str, str]]
    """What is kept, and how it reads."""
    only_for: frozenset[UUID]
    """The ticket types it is asked for; none means all."""

    @property
    def is_of_order(self) -> bool:
        return self.question.scope == QuestionScope.ORDER

    def is_for(self, ticket_type: UUID) -> bool:
        return not self.is_of_order and (not self.only_for or ticket_type in self.only_for)


@kept_briefly(seconds=1.0)
def asked_at(event: UUID, *, language: str) -> Sequence[Asked]:
    said = in_languages(
        QuestionText, "question", "label", "help_text", "options", language=language
    )
    rows = (
        Question.objects.filter(event=event, withdrawn_at=None)
        .annotate(said=said)
        .prefetch_related("ticket_types")
        .order_by("position", "id")
    )
    return tuple(asked(row, best(row.said, language), row.ticket_types.all()) for row in rows)


def asked(question: Question, text: dict[str, object], only_for: Collection[object]) -> Asked:
    options = text.get("options") or []
    words = options if len(options) == len(question.options) else question.options  # type: ignore[arg-type] # from JSON
    return Asked(
        question=question,
        label=str(text.get("label") or question.label),
        help_text=str(text.get("help_text") or question.help_text),
        options=list(zip(question.options, map(str, words), strict=True)),  # type: ignore[call-overload] # from JSON
        only_for=frozenset(one.pk for one in only_for),  # type: ignore[attr-defined] # ticket types
    )
