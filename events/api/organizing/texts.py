"""`…/texts/{language}`: an event, its ticket types and its questions in other languages."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from events.api.organizing.calls import NoSuchRow, TeamView, row_of
from events.api.organizing.events import LONGEST_TEXT
from events.api.organizing.questions import questions_of
from events.api.organizing.ticket_types import ticket_types_of
from events.domain.events import set_text
from events.domain.texts import set_question_text, set_ticket_type_text
from events.models import EventText, QuestionText, TicketTypeText
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class EventTextBody(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=150)
    summary = serializers.CharField(max_length=300, required=False, allow_blank=True)
    description = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, help_text="Markdown."
    )


class EventTextSerializer(EventTextBody):
    language = serializers.CharField()


FRENCH = OpenApiExample("French", value={"title": "Chants doux"}, request_only=True)


class EventTexts(TeamView):
    @extend_schema(
        operation_id="events_texts_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(EventTextSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Every language but the event's own, which stands in the event."""
        texts = EventText.objects.filter(event=self.event(slug, Permission.SEE_EVENTS))
        return page_of(texts, request, EventTextSerializer, ordering=("language",))


class OneEventText(TeamView):
    @extend_schema(request=EventTextBody, responses=EventTextSerializer, examples=[FRENCH])
    def put(self, request: Request, slug: str, language: str) -> Response:
        event, body = self.event(slug), body_of(EventTextBody, request)
        text = set_text(event, language=language, texts=body, by=self.person, now=timezone.now())
        return Response(EventTextSerializer(text).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, language: str) -> Response:
        event = self.event(slug)
        require_text(EventText.objects.filter(event=event, language=language))
        set_text(event, language=language, texts={}, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class TicketTypeTextBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)


class TicketTypeTextSerializer(TicketTypeTextBody):
    language = serializers.CharField()


class TicketTypeTexts(TeamView):
    @extend_schema(
        operation_id="events_ticket_types_texts_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(TicketTypeTextSerializer),
    )
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        one = row_of(ticket_types_of(self.event(slug, Permission.SEE_EVENTS)), row)
        texts = TicketTypeText.objects.filter(ticket_type=one)
        return page_of(texts, request, TicketTypeTextSerializer, ordering=("language",))


class OneTicketTypeText(TeamView):
    @extend_schema(request=TicketTypeTextBody, responses=TicketTypeTextSerializer)
    def put(self, request: Request, slug: str, row: UUID, language: str) -> Response:
        event, body = self.event(slug), body_of(TicketTypeTextBody, request)
        one, now = row_of(ticket_types_of(event), row), timezone.now()
        text = set_ticket_type_text(one, language=language, facts=body, by=self.person, now=now)
        return Response(TicketTypeTextSerializer(text).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID, language: str) -> Response:
        one = row_of(ticket_types_of(self.event(slug)), row)
        require_text(TicketTypeText.objects.filter(ticket_type=one, language=language))
        set_ticket_type_text(one, language=language, facts={}, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class QuestionTextBody(serializers.Serializer[Any]):
    label = serializers.CharField(max_length=200)  # type: ignore[assignment] # a field of this name, which DRF takes out of the class
    help_text = serializers.CharField(max_length=300, required=False, allow_blank=True)  # type: ignore[assignment] # the same
    options = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=200, required=False
    )


class QuestionTextSerializer(QuestionTextBody):
    language = serializers.CharField()


class QuestionTexts(TeamView):
    @extend_schema(
        operation_id="events_questions_texts_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(QuestionTextSerializer),
    )
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        question = row_of(questions_of(self.event(slug, Permission.SEE_EVENTS)), row)
        texts = QuestionText.objects.filter(question=question)
        return page_of(texts, request, QuestionTextSerializer, ordering=("language",))


class OneQuestionText(TeamView):
    @extend_schema(request=QuestionTextBody, responses=QuestionTextSerializer)
    def put(self, request: Request, slug: str, row: UUID, language: str) -> Response:
        """The answers in the order of the question's own, or none of them."""
        event, body = self.event(slug), body_of(QuestionTextBody, request)
        question, now = row_of(questions_of(event), row), timezone.now()
        text = set_question_text(question, language=language, facts=body, by=self.person, now=now)
        return Response(QuestionTextSerializer(text).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID, language: str) -> Response:
        question = row_of(questions_of(self.event(slug)), row)
        require_text(QuestionText.objects.filter(question=question, language=language))
        set_question_text(question, language=language, facts={}, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def require_text(texts: QuerySet[Any]) -> None:
    if not texts.exists():
        raise NoSuchRow
