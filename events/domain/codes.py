"""Codes that make tickets cheaper or show hidden ones, and how often they may be used."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from events.domain.asking import apply, note, open_to, tell_changed
from events.domain.claims import Rows, StillTaken, TooFew, claim
from events.domain.events import look_over, only
from events.domain.ticket_types import OfAnotherEvent
from events.enums import CodeKind
from events.models import Code, CodeTicketType, CodeUse, Event, TicketType
from events.models.code import MOST_USES
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.turns import take_turn

CHANGEABLE = frozenset({
    "amount", "budget", "code", "kind", "note", "percent", "uses", "valid_from_at", "valid_until",
})  # fmt: skip
USES = Rows("events_codeuse", "code_id", also="spent")


class DiscountInvalid(InvalidInput):
    code = "discount_invalid"
    message = _("This code is not valid here, or not now.")


class CodeUsedUp(DiscountInvalid):
    message = _("This code has been used as often as it may.")


class BudgetSpent(DiscountInvalid):
    message = _("What this code may take off has been used up.")


class CodeBusy(Conflict):
    code = "all_held"
    message = _("Someone is using this code right now. Please try again in a moment.")
    retry_after = 30


class CodeTaken(Conflict):
    code = "code_taken"
    message = _("This event has such a code already.")


class WorthNeeded(InvalidInput):
    code = "worth_needed"
    message = _("Please say how much it takes off: percent or an amount, as its kind asks.")


class UsesTaken(Conflict):
    code = "uses_taken"
    message = _("It was used more often than that already.")


class UsesOutOfRange(InvalidInput):
    code = "uses_out_of_range"
    message = _("A code can be used once to a hundred thousand times, or without limit.")


class EndsFirst(InvalidInput):
    code = "ends_before_it_starts"
    message = _("It must end after it begins.")


@transaction.atomic
def create_code(
    event: Event,
    facts: Mapping[str, Any],
    *,
    ticket_types: Iterable[TicketType] = (),
    by: User,
    now: datetime,
) -> Code:
    """Make a code; it counts for the ticket types that are named, or for all."""
    open_to(by, event)
    only(facts, CHANGEABLE)
    code = Code(event=event, organizer=event.organizer)
    apply(code, facts)
    require_worth(code)
    code.save(force_insert=True)
    add_uses(code, count=code.uses or 0)
    count_for(code, ticket_types)
    note("codes.created", code, event=event, by=by, now=now, after=facts)
    tell_changed(event, ["codes"], now=now)
    return code


@transaction.atomic
def change_code(code: Code, changes: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Bookings keep what they got. Raises UsesTaken for fewer uses than there were."""
    open_to(by, code.event)
    only(changes, CHANGEABLE)
    before, after = apply(code, changes)
    if not before:
        return
    require_worth(code)
    code.save()
    if "uses" in before:
        change_uses(code)
    note("codes.changed", code, event=code.event, by=by, now=now, before=before, after=after)
    tell_changed(code.event, ["codes"], now=now)


@transaction.atomic
def set_ticket_types(
    code: Code, ticket_types: Iterable[TicketType], *, by: User, now: datetime
) -> None:
    """Let it count for these from now on, or for all when none is named."""
    open_to(by, code.event)
    links = CodeTicketType.objects.filter(code=code)
    before, chosen = {link.ticket_type_id for link in links}, list(ticket_types)
    after = {one.pk for one in chosen}
    if after == before:
        return
    links.exclude(ticket_type__in=after).delete()
    count_for(code, [one for one in chosen if one.pk not in before])
    note(
        "codes.counts_for", code, event=code.event, by=by, now=now,
        before={"ticket_types": before}, after={"ticket_types": after},
    )  # fmt: skip
    tell_changed(code.event, ["codes"], now=now)


@transaction.atomic
def withdraw_code(code: Code, *, by: User, now: datetime) -> None:
    open_to(by, code.event)
    code.withdrawn_at = code.withdrawn_at or now
    code.save(update_fields=["withdrawn_at"])
    note("codes.withdrawn", code, event=code.event, by=by, now=now)
    tell_changed(code.event, ["codes"], now=now)


def find_code(event: Event, text: str, *, now: datetime) -> Code:
    """What somebody typed, if it is valid now. Raises DiscountInvalid."""
    code = Code.objects.filter(event=event, code=spelled(text)).first()
    if code is None or not code.is_valid_at(now):
        raise DiscountInvalid(field="discount_code")
    return code


def claim_code_use(code: Code, *, holder: UUID, spent: int = 0) -> None:
    """Use a code once for a booking, which takes off so much; in the booking's transaction.

    A limit is rows that are claimed like places. Bookings that draw on one budget wait for each
    other, by an advisory lock until the end of the transaction: only what all of them take off
    says what is left. Raises CodeUsedUp, BudgetSpent with what is `left`, CodeBusy.
    """
    if not code.is_counted:
        return
    if code.budget is not None:
        require_left(code, spent)
    if code.uses is None:
        CodeUse.objects.create(
            code=code, organizer_id=code.organizer_id, holder=holder, spent=spent
        )
        return
    try:
        claim(
            USES,
            parent=code.pk,
            highest=code.uses,
            count=1,
            holder=holder,
            release=lambda: None,
            also=spent,
        )
    except TooFew:
        raise CodeUsedUp(field="discount_code") from None
    except StillTaken:
        raise CodeBusy(field="discount_code") from None


def release_code_uses(*, holder: UUID) -> None:
    """Give back what a booking used: its number is free again, and the budget has it back."""
    CodeUse.objects.filter(holder=holder, number=None).delete()
    CodeUse.objects.filter(holder=holder).update(holder=None, spent=0)


def require_left(code: Code, wanted: int) -> None:
    take_turn(b"events.code." + code.pk.bytes)
    spent = CodeUse.objects.filter(code=code).aggregate(sum=Sum("spent"))["sum"] or 0
    left = max(0, (code.budget or 0) - spent)
    if wanted > left:
        raise BudgetSpent(field="discount_code", left=left)


def spelled(text: str) -> str:
    """As codes are kept: people type them in small letters and with blanks around."""
    return "".join(text.split()).upper()


def require_worth(code: Code) -> None:
    code.code = spelled(code.code)
    look_over(code)
    percent, amount = code.percent is not None, code.amount is not None
    wanted = {
        CodeKind.ACCESS: (False, False),
        CodeKind.PERCENT: (True, False),
        CodeKind.FIXED: (False, True),
    }
    if (percent, amount) != wanted[CodeKind(code.kind)]:
        raise WorthNeeded(field="amount" if code.kind == CodeKind.FIXED else "percent")
    if code.percent is not None and not 0 < code.percent <= 100:
        raise WorthNeeded(field="percent")
    if code.amount == 0:
        raise WorthNeeded(field="amount")
    if code.kind == CodeKind.ACCESS and code.budget is not None:
        raise WorthNeeded(field="budget")
    if code.uses is not None and not 1 <= code.uses <= MOST_USES:
        raise UsesOutOfRange(field="uses")
    if code.valid_from_at and code.valid_until and code.valid_until <= code.valid_from_at:
        raise EndsFirst(field="valid_until")
    others = Code.objects.filter(event=code.event, code=code.code).exclude(pk=code.pk)
    if others.exists():
        raise CodeTaken(field="code")


def count_for(code: Code, ticket_types: Iterable[TicketType]) -> None:
    chosen = set(ticket_types)
    if any(one.event_id != code.event_id for one in chosen):
        raise OfAnotherEvent(field="ticket_types")
    CodeTicketType.objects.bulk_create(
        CodeTicketType(
            event_id=code.event_id, organizer_id=code.organizer_id, code=code, ticket_type=one
        )
        for one in chosen
    )


def add_uses(code: Code, *, count: int, after: int = 0) -> None:
    CodeUse.objects.bulk_create(
        [
            CodeUse(code=code, organizer_id=code.organizer_id, number=number)
            for number in range(after + 1, after + count + 1)
        ],
        batch_size=5_000,
    )


def change_uses(code: Code) -> None:
    """Rows for what is new; of what is taken away, the highest that nobody has or is taking."""
    rows = CodeUse.objects.filter(code=code)
    free = rows.filter(holder=None)
    if code.uses is None:
        free.delete()
        return
    highest = rows.aggregate(highest=Max("number"))["highest"] or 0
    for one in rows.filter(number=None):
        highest += 1
        one.number = highest
        one.save(update_fields=["number"])
    missing = code.uses - rows.count()
    if missing > 0:
        add_uses(code, count=missing, after=highest)
        return
    last = free.order_by("-number").select_for_update(skip_locked=True)
    extra = list(last.values_list("pk", flat=True)[:-missing])
    if len(extra) < -missing:
        raise UsesTaken(field="uses", taken=rows.count() - len(extra))
    rows.filter(pk__in=extra).delete()
