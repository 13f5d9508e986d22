"""What who books is asked."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from events.admin.fields import LinesField
from events.admin.rows import EventInline, EventRow, SomeTicketTypes
from events.domain.ticket_types import (
    QUESTION,
    ask_for_ticket_types,
    change_question,
    create_question,
    withdraw_question,
)
from events.models import Question


class QuestionRow(SomeTicketTypes, EventRow):
    options = LinesField(
        label=_("answers to choose from"), required=False, help_text=_("One a line.")
    )

    class Meta:
        model = Question
        fields = "__all__"

    def act(self, row: Question | None) -> Question:
        now = timezone.now()
        if row is None:
            facts = self.facts(QUESTION)
            if "position" not in self.changed_data:
                facts["position"] = self.parent.questions.count()
            chosen = self.cleaned_data["some_types"]
            return create_question(self.parent, facts, ticket_types=chosen, by=self.by, now=now)
        change_question(row, self.changes(), by=self.by, now=now)
        if "some_types" in self.changed_data:
            ask_for_ticket_types(row, self.cleaned_data["some_types"], by=self.by, now=now)
        return row

    def take_away(self, row: Question) -> None:
        withdraw_question(row, by=self.by, now=timezone.now())


class QuestionInline(EventInline, StackedInline):
    model = Question
    form = QuestionRow
    fk_name = "event"
    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = (
        (None, {"fields": ["label", ("kind", "scope"), "options", "is_required"]}),
        (
            _("More about this question"),
            {
                "classes": ["collapse"],
                "fields": [
                    "help_text", ("shown_if", "shown_if_answer"), "some_types", "position",
                ],
            },
        ),
    )  # fmt: skip
    shown_instead = {"position": None}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        rows: QuerySet[Question] = super().get_queryset(request)
        return rows.prefetch_related("ticket_types").select_related("shown_if")
