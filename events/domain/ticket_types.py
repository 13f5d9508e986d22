"""What can be chosen on the event's page, and questions that are asked for it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from events.domain.asking import apply, note, open_to, tell_changed
from events.domain.events import InvalidValue, look_over, only
from events.enums import KINDS_WITH_OPTIONS, QuestionKind, TicketKind
from events.models import Event, Pool, Question, QuestionTicketType, TicketType
from events.models.ticket_type import MOST_PER_ORDER
from events.rules import HIGHEST_PRICE
from ticketing.core.errors import InvalidInput

CHANGEABLE = frozenset({
    "description", "is_hidden", "kind", "max_per_order", "max_per_person", "min_per_order", "min_price", "name",
    "pool", "position", "price", "sale_ends_at", "sale_starts_at", "shown_after", "tax_kind",
})  # fmt: skip
QUESTION = frozenset({
    "help_text", "is_required", "kind", "label", "options", "position", "scope", "shown_if",
    "shown_if_answer",
})  # fmt: skip


class PriceNeeded(InvalidInput):
    code = "price_needed"
    message = _("A paid ticket needs a price. What costs nothing is a free ticket.")


class FreeHasNoPrice(InvalidInput):
    code = "free_has_no_price"
    message = _("A free ticket has no price.")


class LowestPriceTooHigh(InvalidInput):
    code = "lowest_price_too_high"
    message = _("The lowest price cannot be above the one that is suggested.")


class SaleEndsBeforeItStarts(InvalidInput):
    code = "sale_ends_before_it_starts"
    message = _("The sale must end after it begins.")


class FewestAboveMost(InvalidInput):
    code = "fewest_above_most"
    message = _("The most per booking must be at least the fewest, and at most a hundred.")


class OfAnotherEvent(InvalidInput):
    code = "of_another_event"
    message = _("This does not belong to the same event.")


class OptionsNeeded(InvalidInput):
    code = "options_needed"
    message = _("Please give at least two answers to choose from, for this kind of question alone.")


@transaction.atomic
def create_ticket_type(
    event: Event, facts: Mapping[str, Any], *, by: User, now: datetime
) -> TicketType:
    """Add a kind of ticket. Raises InvalidInput with the field that is wrong."""
    open_to(by, event)
    only(facts, CHANGEABLE)
    ticket_type = TicketType(event=event, organizer=event.organizer)
    apply(ticket_type, facts)
    require_whole(ticket_type)
    ticket_type.save(force_insert=True)
    note("ticket_types.created", ticket_type, event=event, by=by, now=now, after=facts)
    tell_changed(event, ["ticket_types"], now=now)
    return ticket_type


@transaction.atomic
def change_ticket_type(
    ticket_type: TicketType, changes: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    """What was booked keeps the price it had."""
    event = ticket_type.event
    open_to(by, event)
    only(changes, CHANGEABLE)
    before, after = apply(ticket_type, changes)
    if not before:
        return
    require_whole(ticket_type)
    ticket_type.save()
    note(
        "ticket_types.changed", ticket_type, event=event, by=by, now=now,
        before=before, after=after,
    )  # fmt: skip
    tell_changed(event, ["ticket_types"], now=now)


@transaction.atomic
def withdraw_ticket_type(ticket_type: TicketType, *, by: User, now: datetime) -> None:
    """Sell no more of it; what was sold stands, so the row stays."""
    open_to(by, ticket_type.event)
    ticket_type.withdrawn_at = ticket_type.withdrawn_at or now
    ticket_type.save(update_fields=["withdrawn_at"])
    note("ticket_types.withdrawn", ticket_type, event=ticket_type.event, by=by, now=now)
    tell_changed(ticket_type.event, ["ticket_types"], now=now)


def require_whole(one: TicketType) -> None:
    look_over(one)
    if not Pool.objects.filter(pk=one.pool_id, event=one.event_id).exists():
        raise OfAnotherEvent(field="pool")
    if one.shown_after is not None and (
        one.shown_after.event_id != one.event_id or one.shown_after.pk == one.pk
    ):
        raise OfAnotherEvent(field="shown_after")
    require_price(one)
    if one.sale_starts_at and one.sale_ends_at and one.sale_ends_at <= one.sale_starts_at:
        raise SaleEndsBeforeItStarts(field="sale_ends_at")
    if not 1 <= one.min_per_order <= one.max_per_order <= MOST_PER_ORDER:
        raise FewestAboveMost(field="max_per_order")
    if one.max_per_person is not None and one.max_per_person < one.min_per_order:
        raise FewestAboveMost(field="max_per_person")


def require_price(one: TicketType) -> None:
    if max(one.price, one.min_price) > HIGHEST_PRICE:
        raise InvalidValue(field="price")
    if one.kind == TicketKind.PAID and one.price == 0:
        raise PriceNeeded(field="price")
    if one.kind == TicketKind.FREE and one.price:
        raise FreeHasNoPrice(field="price")
    if one.min_price and (one.kind != TicketKind.OWN_PRICE or one.min_price > one.price):
        raise LowestPriceTooHigh(field="min_price")


@transaction.atomic
def create_question(
    event: Event,
    facts: Mapping[str, Any],
    *,
    ticket_types: Iterable[TicketType] = (),
    by: User,
    now: datetime,
) -> Question:
    """Ask who books for something; for some ticket types, or for all when none is named."""
    open_to(by, event)
    only(facts, QUESTION)
    question = Question(event=event, organizer=event.organizer)
    apply(question, facts)
    require_sense(question)
    question.save(force_insert=True)
    ask_for(question, ticket_types)
    note("questions.created", question, event=event, by=by, now=now, after=facts)
    tell_changed(event, ["questions"], now=now)
    return question


@transaction.atomic
def change_question(
    question: Question, changes: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    open_to(by, question.event)
    only(changes, QUESTION)
    before, after = apply(question, changes)
    if not before:
        return
    require_sense(question)
    question.save()
    if "options" in before:
        carry_answers(question, before["options"])
    note(
        "questions.changed", question, event=question.event, by=by, now=now,
        before=before, after=after,
    )  # fmt: skip
    tell_changed(question.event, ["questions"], now=now)


@transaction.atomic
def withdraw_question(question: Question, *, by: User, now: datetime) -> None:
    """Ask it no more; answers that were given stay readable."""
    open_to(by, question.event)
    question.withdrawn_at = question.withdrawn_at or now
    question.save(update_fields=["withdrawn_at"])
    note("questions.withdrawn", question, event=question.event, by=by, now=now)
    tell_changed(question.event, ["questions"], now=now)


@transaction.atomic
def ask_for_ticket_types(
    question: Question, ticket_types: Iterable[TicketType], *, by: User, now: datetime
) -> None:
    """Ask it for these from now on, or for all when none is named."""
    open_to(by, question.event)
    links = QuestionTicketType.objects.filter(question=question)
    before, chosen = {link.ticket_type_id for link in links}, list(ticket_types)
    after = {one.pk for one in chosen}
    if after == before:
        return
    links.exclude(ticket_type__in=after).delete()
    ask_for(question, [one for one in chosen if one.pk not in before])
    note(
        "questions.asked_for", question, event=question.event, by=by, now=now,
        before={"ticket_types": before}, after={"ticket_types": after},
    )  # fmt: skip
    tell_changed(question.event, ["questions"], now=now)


def ask_for(question: Question, ticket_types: Iterable[TicketType]) -> None:
    chosen = set(ticket_types)
    if any(one.event_id != question.event_id for one in chosen):
        raise OfAnotherEvent(field="ticket_types")
    QuestionTicketType.objects.bulk_create(
        QuestionTicketType(
            event_id=question.event_id,
            organizer_id=question.organizer_id,
            question=question,
            ticket_type=one,
        )
        for one in chosen
    )


def carry_answers(question: Question, before: list[str]) -> None:
    """After its answers changed: each keeps its translations, whatever its new place; a new one
    stands as it is until somebody translates it."""
    for text in question.texts.exclude(options=[]):
        known = dict(zip(before, text.options, strict=False))
        text.options = [known.get(option, option) for option in question.options]
        text.save(update_fields=["options"])


def require_sense(question: Question) -> None:
    look_over(question)
    has_options = question.kind in KINDS_WITH_OPTIONS
    if has_options != (len(set(question.options)) >= 2) or (not has_options and question.options):
        raise OptionsNeeded(field="options")
    before = question.shown_if
    if before is None:
        if question.shown_if_answer:
            raise InvalidValue(field="shown_if")
        return
    if before.event_id != question.event_id or before.pk == question.pk:
        raise OfAnotherEvent(field="shown_if")
    if question.shown_if_answer not in possible_answers(before):
        raise InvalidValue(_("That question has no such answer."), field="shown_if_answer")


def possible_answers(question: Question) -> list[str]:
    if question.kind == QuestionKind.YES_NO:
        return ["yes", "no"]
    return list(question.options)
