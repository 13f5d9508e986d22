"""The page of an event as steps, in the order in which an organizer thinks of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.contrib.admin.utils import flatten
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.domain.lifecycle import Missing, missing_for_publishing
from events.enums import EventStatus
from events.models import Event


@dataclass(frozen=True)
class Plan:
    """What a step is called, what it asks for, and which rows are filled in there."""

    key: str
    title: Any
    words: Any
    fields: tuple[Any, ...] = ()
    rows: tuple[str, ...] = ()
    more: tuple[Any, ...] = ()
    """Fields that most events leave as they are, below the rows."""


PLANS = (
    Plan(
        "what",
        _("What"),
        _("What people see first, in lists and on the event's page."),
        ("organizer", "title", "summary", "description", ("category", "language"), "accent"),
    ),
    Plan(
        "pictures",
        _("Pictures"),
        _("The cover comes first, in lists and on the event's page; the others stand below it."),
        (),
        ("media",),
    ),
    Plan(
        "when",
        _("When and where"),
        _("At one of your venues, or online."),
        (("starts_at", "ends_at"), "doors_open_at", "venue", "online_url", "timezone"),
    ),
    Plan(
        "tickets",
        _("Tickets"),
        _("What can be booked, what it costs and how many places there are."),
        ("currency",),
        ("ticket_types", "pools"),
    ),
    Plan(
        "questions",
        _("Questions and codes"),
        _("What you want to know from who books, and words that make it cheaper."),
        (),
        ("questions", "codes"),
    ),
    Plan(
        "prices",
        _("Fees and refunds"),
        _("What comes on top, which tax applies, and who gets money back until when."),
        ("is_tax_included", ("tax_country", "tax_region")),
        ("fees",),
        (("refund_until_days", "refund_fee_percent"), "terms"),
    ),
    Plan(
        "languages",
        _("Languages"),
        _("The same event in other languages; what you leave out is shown in its own."),
        (),
        ("texts", "tickettypetext", "questiontext"),
    ),
    Plan(
        "publish",
        _("Publish"),
        _("Who finds the event, and under which address."),
        ("visibility", "access_code", "slug", "hold_minutes", "notice"),
    ),
)
# Where what is missing is filled in, if it is no field of that name.
ROWS_OF = {"ticket_types": "tickets", "pools": "tickets", "organizer": "publish"}


@dataclass
class Step:
    plan: Plan
    before: list[Any] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    after: list[Any] = field(default_factory=list)
    errors: int = 0
    missing: int = 0
    next: Plan | None = None


def fieldsets_of(plans: Iterable[Plan]) -> list[tuple[Any, dict[str, Any]]]:
    sets = []
    for plan in plans:
        if plan.fields:
            sets.append((None, {"fields": plan.fields, "classes": [f"step-{plan.key}"]}))
        if plan.more:
            sets.append((None, {"fields": plan.more, "classes": [f"step-{plan.key}-more"]}))
    return sets


def steps_of(adminform: Any, formsets: Any, missing: list[Missing]) -> list[Step]:
    fieldsets = {one.classes: one for one in adminform}
    by_prefix = {one.formset.prefix: one for one in formsets}
    steps = []
    for plan in PLANS:
        before, after = fieldsets.get(f"step-{plan.key}"), fieldsets.get(f"step-{plan.key}-more")
        step = Step(
            plan,
            before=[before] if before else [],
            rows=[by_prefix[name] for name in plan.rows if name in by_prefix],
            after=[after] if after else [],
        )
        names = {*flatten(plan.fields), *flatten(plan.more)}
        wrong = sum(name in names for name in adminform.form.errors)
        step.errors = wrong + sum(errors_in(one.formset) for one in step.rows)
        step.missing = sum(step_of(one.field) == plan.key for one in missing)
        if step.before or step.rows or step.after:
            steps.append(step)
    for step, following in pairwise(steps):
        step.next = following.plan
    return steps


def errors_in(formset: Any) -> int:
    if not formset.is_bound:
        return 0
    return sum(len(one) for one in formset.errors) + len(formset.non_form_errors())


def step_of(name: str) -> str:
    if name in ROWS_OF:
        return ROWS_OF[name]
    for plan in PLANS:
        if name in {*flatten(plan.fields), *flatten(plan.more)}:
            return plan.key
    return PLANS[0].key


@dataclass(frozen=True)
class ToDo:
    words: str
    step: str
    anchor: str


def check_list(event: Event | None) -> list[ToDo]:
    """What is missing before this can be published, each with where it is filled in."""
    return [
        ToDo(one.words, step_of(one.field), f"id_{one.field}" if one.field not in ROWS_OF else "")
        for one in missing_in(event)
    ]


def missing_in(event: Event | None) -> list[Missing]:
    if event is None or event.status not in {EventStatus.DRAFT, EventStatus.UNPUBLISHED}:
        return []
    return missing_for_publishing(event, now=timezone.now())
