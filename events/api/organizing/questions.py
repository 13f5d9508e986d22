"""`/events/{slug}/questions`: what who books is asked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from events.api.organizing.calls import Ids, Position, TeamView, all_of, one_of, row_of
from events.api.organizing.ticket_types import ticket_types_of
from events.domain.ticket_types import (
    ask_for_ticket_types,
    change_question,
    create_question,
    withdraw_question,
)
from events.enums import QuestionKind, QuestionScope
from events.models import Event, Question
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema

MOST_OPTIONS = 200


class QuestionBody(serializers.Serializer[Any]):
    label = serializers.CharField(max_length=200, required=False)  # type: ignore[assignment] # a field of this name, which DRF takes out of the class
    help_text = serializers.CharField(max_length=300, required=False, allow_blank=True)  # type: ignore[assignment] # a field of this name, which DRF takes out of the class
    scope = serializers.ChoiceField(QuestionScope.choices, required=False)
    kind = serializers.ChoiceField(QuestionKind.choices, required=False)
    options = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=MOST_OPTIONS, required=False
    )
    is_required = serializers.BooleanField(required=False)
    shown_if = serializers.UUIDField(
        required=False, allow_null=True, help_text="Asked only after this question."
    )
    shown_if_answer = serializers.CharField(max_length=120, required=False, allow_blank=True)
    ticket_types = Ids(help_text="Those it is asked for; none: all.")
    position = Position()


class NewQuestionBody(QuestionBody):
    label = serializers.CharField(max_length=200)


class QuestionSerializer(serializers.Serializer[Question]):
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name, which DRF takes out of the class
    help_text = serializers.CharField()  # type: ignore[assignment] # a field of this name, which DRF takes out of the class
    scope = serializers.ChoiceField(QuestionScope.choices)
    kind = serializers.ChoiceField(QuestionKind.choices)
    options = serializers.ListField(child=serializers.CharField())
    is_required = serializers.BooleanField()
    shown_if = serializers.UUIDField(source="shown_if_id", allow_null=True)
    shown_if_answer = serializers.CharField()
    ticket_types = serializers.SerializerMethodField()
    position = serializers.IntegerField()

    def get_ticket_types(self, question: Question) -> list[UUID]:
        return [link.ticket_type_id for link in question.asked_for.all()]


MEAL = OpenApiExample(
    "A choice",
    value={
        "label": "What do you eat?",
        "kind": "choice",
        "options": ["Fish", "Beans"],
        "is_required": True,
    },
    request_only=True,
)


def questions_of(event: Event) -> QuerySet[Question]:
    questions = Question.objects.filter(event=event, withdrawn_at=None)
    return questions.select_related("event__organizer").prefetch_related("asked_for")


def facts_of(body: Mapping[str, Any], event: Event) -> dict[str, Any]:
    facts = dict(body)
    if "shown_if" in facts:
        facts["shown_if"] = one_of(questions_of(event), facts["shown_if"], field="shown_if")
    return facts


def shown(event: Event, row: UUID) -> dict[str, Any]:
    return QuestionSerializer(row_of(questions_of(event), row)).data


class Questions(TeamView):
    @extend_schema(
        operation_id="events_questions_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(QuestionSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        questions = questions_of(self.event(slug, Permission.SEE_EVENTS))
        return page_of(questions, request, QuestionSerializer, ordering=("position", "id"))

    @extend_schema(request=NewQuestionBody, responses={201: QuestionSerializer}, examples=[MEAL])
    def post(self, request: Request, slug: str) -> Response:
        """Asked for all ticket types, or for those that are named."""
        event, body = self.event(slug), body_of(NewQuestionBody, request)
        named = body.pop("ticket_types", [])
        types = all_of(ticket_types_of(event), named, field="ticket_types")
        facts, now = facts_of(body, event), timezone.now()
        question = create_question(event, facts, ticket_types=types, by=self.person, now=now)
        return Response(shown(event, question.pk), status=status.HTTP_201_CREATED)


class OneQuestion(TeamView):
    @extend_schema(responses=QuestionSerializer)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        return Response(shown(self.event(slug, Permission.SEE_EVENTS), row))

    @extend_schema(request=QuestionBody, responses=QuestionSerializer)
    def patch(self, request: Request, slug: str, row: UUID) -> Response:
        event, body = self.event(slug), body_of(QuestionBody, request)
        self.change(event, row_of(questions_of(event), row), body)
        return Response(shown(event, row))

    @transaction.atomic
    def change(self, event: Event, question: Question, body: dict[str, Any]) -> None:
        now, named = timezone.now(), body.pop("ticket_types", None)
        change_question(question, facts_of(body, event), by=self.person, now=now)
        if named is not None:
            types = all_of(ticket_types_of(event), named, field="ticket_types")
            ask_for_ticket_types(question, types, by=self.person, now=now)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """It is asked no more; answers that were given stay readable."""
        question = row_of(questions_of(self.event(slug)), row)
        withdraw_question(question, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
