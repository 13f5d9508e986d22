"""An event, its tickets and its questions in other languages than the event's own."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline

from events.admin.fields import LinesField, MarkdownInput, keep_known, languages, one_of
from events.admin.rows import EventInline, EventRow
from events.domain.events import set_text
from events.domain.texts import set_question_text, set_ticket_type_text
from events.models import EventText, QuestionText, TicketTypeText


class TextRow(EventRow):
    """One language of one thing. Given another language or thing, it is said there instead."""

    language = one_of(languages, label=_("language"))
    words: ClassVar[set[str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields and not self.instance._state.adding:
            keep_known(self.fields["language"], self.instance.language)  # type: ignore[arg-type] # declared above

    def say(self, about: Any, language: str, facts: dict[str, Any]) -> Any:
        raise NotImplementedError

    def about(self, row: Any) -> Any:
        raise NotImplementedError

    def act(self, row: Any) -> Any:
        about, language = self.about(None), self.cleaned_data["language"]
        if row is not None and (row.language, self.about(row)) != (language, about):
            self.take_away(row)
        return self.say(about, language, self.facts(self.words))

    def take_away(self, row: Any) -> None:
        self.say(self.about(row), row.language, {})


class EventTextRow(TextRow):
    words: ClassVar = {"title", "summary", "description"}

    class Meta:
        model = EventText
        fields = "__all__"
        widgets = {"description": MarkdownInput()}

    def about(self, row: EventText | None) -> Any:
        return self.parent

    def say(self, about: Any, language: str, facts: dict[str, Any]) -> Any:
        return set_text(about, language=language, texts=facts, by=self.by, now=timezone.now())


class TicketTypeTextRow(TextRow):
    words: ClassVar = {"name", "description"}

    class Meta:
        model = TicketTypeText
        fields = "__all__"

    def about(self, row: TicketTypeText | None) -> Any:
        return row.ticket_type if row else self.cleaned_data["ticket_type"]

    def say(self, about: Any, language: str, facts: dict[str, Any]) -> Any:
        call: Callable[..., Any] = set_ticket_type_text
        return call(about, language=language, facts=facts, by=self.by, now=timezone.now())


class QuestionTextRow(TextRow):
    words: ClassVar = {"label", "help_text", "options"}
    options = LinesField(
        label=_("answers to choose from"),
        required=False,
        help_text=_("One a line, in the same order."),
    )

    class Meta:
        model = QuestionText
        fields = "__all__"

    def about(self, row: QuestionText | None) -> Any:
        return row.question if row else self.cleaned_data["question"]

    def say(self, about: Any, language: str, facts: dict[str, Any]) -> Any:
        call: Callable[..., Any] = set_question_text
        return call(about, language=language, facts=facts, by=self.by, now=timezone.now())


class EventTextInline(EventInline, StackedInline):
    model = EventText
    form = EventTextRow
    fields = ("language", "title", "summary", "description")


class TicketTypeTextInline(EventInline, TabularInline):
    model = TicketTypeText
    form = TicketTypeTextRow
    fk_name = "event"
    fields = ("ticket_type", "language", "name", "description")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketTypeText]:
        rows: QuerySet[TicketTypeText] = super().get_queryset(request)
        return rows.filter(ticket_type__withdrawn_at=None).select_related("ticket_type")


class QuestionTextInline(EventInline, StackedInline):
    model = QuestionText
    form = QuestionTextRow
    fk_name = "event"
    fields = (("question", "language"), "label", "help_text", "options")

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuestionText]:
        rows: QuerySet[QuestionText] = super().get_queryset(request)
        return rows.filter(question__withdrawn_at=None).select_related("question")
