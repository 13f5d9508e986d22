from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import KINDS_WITH_OPTIONS, QuestionKind, QuestionScope
from events.models.event import Event
from events.models.owned import OfAnEvent
from events.models.ticket_type import TicketType
from events.rules import validate_language
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE


class Question(OfAnEvent):
    """What who books is asked beside name and address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="questions"
    )
    scope = models.CharField(
        _("asked"), max_length=10, choices=QuestionScope, default=QuestionScope.TICKET
    )
    kind = models.CharField(
        _("kind of answer"), max_length=10, choices=QuestionKind, default=QuestionKind.LINE
    )
    label = models.CharField(_("question"), max_length=200, db_collation=UNICODE)
    help_text = models.CharField(_("help"), max_length=300, blank=True, db_collation=UNICODE)
    options = ArrayField(
        models.CharField(max_length=120, db_collation=UNICODE),
        verbose_name=_("answers to choose from"),
        default=list,
        blank=True,
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    shown_if = models.ForeignKey(
        "self",
        verbose_name=_("only after this question"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="followed_by",
    )
    shown_if_answer = models.CharField(
        _("if it was answered with"), max_length=120, blank=True, db_collation=UNICODE
    )
    ticket_types = models.ManyToManyField(
        TicketType,
        verbose_name=_("ticket types"),
        related_name="questions",
        through="QuestionTicketType",
        blank=True,
        help_text=_("Those it is asked for; none chosen means all."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    privacy = nothing_personal(
        "id", "organizer", "event", "scope", "kind", "label", "help_text", "options",
        "is_required", "shown_if", "shown_if_answer", "ticket_types", "position", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "event"], name="events_question_of_event"),
            models.CheckConstraint(condition=~Q(label=""), name="events_question_has_words"),
            models.CheckConstraint(
                condition=Q(scope__in=QuestionScope.values), name="events_question_scope_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="events_question_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(KINDS_WITH_OPTIONS), options__len__gte=2)
                | (~Q(kind__in=sorted(KINDS_WITH_OPTIONS)) & Q(options=[])),
                name="events_question_options_fit_kind",
            ),
            models.CheckConstraint(
                condition=Q(shown_if=None, shown_if_answer="")
                | (Q(shown_if__isnull=False) & ~Q(shown_if_answer="")),
                name="events_question_condition_whole",
            ),
            models.CheckConstraint(
                condition=Q(shown_if=None) | ~Q(shown_if=F("id")),
                name="events_question_not_after_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class QuestionTicketType(OfAnEvent):
    """That a question is asked for a ticket type."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.CASCADE, related_name="asked_for"
    )
    ticket_type = models.ForeignKey(
        TicketType, verbose_name=_("ticket type"), on_delete=models.CASCADE, related_name="+"
    )

    privacy = nothing_personal("id", "organizer", "event", "question", "ticket_type")

    class Meta:
        verbose_name = _("ticket type of a question")
        verbose_name_plural = _("ticket types of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "ticket_type"], name="events_questiontickettype_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} · {self.ticket_type}"


class QuestionText(OfAnEvent):
    """A question in another language than the event's; its options in the same order."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.CASCADE, related_name="texts"
    )
    language = models.CharField(_("language"), max_length=10, validators=[validate_language])
    label = models.CharField(_("question"), max_length=200, db_collation=UNICODE)
    help_text = models.CharField(_("help"), max_length=300, blank=True, db_collation=UNICODE)
    options = ArrayField(
        models.CharField(max_length=120, db_collation=UNICODE),
        verbose_name=_("answers to choose from"),
        default=list,
        blank=True,
    )

    privacy = nothing_personal(
        "id", "organizer", "event", "question", "language", "label", "help_text", "options"
    )

    class Meta:
        verbose_name = _("question in another language")
        verbose_name_plural = _("questions in other languages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"], name="events_questiontext_once_per_language"
            ),
            models.CheckConstraint(
                condition=~Q(label="") & ~Q(language=""), name="events_questiontext_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.language})"
