"""Codes: what they are, and that they are not used more often than they may be."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum

from events.domain.codes import (
    BudgetSpent,
    CodeTaken,
    CodeUsedUp,
    DiscountInvalid,
    UsesTaken,
    WorthNeeded,
    change_code,
    claim_code_use,
    create_code,
    find_code,
    release_code_uses,
    withdraw_code,
)
from events.domain.events import NotToBeSet
from events.domain.ticket_types import OfAnotherEvent
from events.enums import CodeKind
from events.models import CodeUse
from tests.events.factories import NOW, CodeFactory, TicketTypeFactory
from tests.kit.queries import queries_of
from tests.kit.races import race

pytestmark = pytest.mark.django_db
TEN_PERCENT = {"code": "spring", "kind": CodeKind.PERCENT, "percent": 10}


def use(code, *, spent=0, holder=None):
    with transaction.atomic():
        claim_code_use(code, holder=holder or uuid4(), spent=spent)


def used(code):
    return CodeUse.objects.filter(code=code).exclude(holder=None).count()


def test_a_code_is_found_as_people_type_it(event, organizer):
    code = create_code(event, TEN_PERCENT | {"code": " Sp ring "}, by=organizer, now=NOW)

    assert code.code == "SPRING"
    assert find_code(event, "spring ", now=NOW) == code


def test_an_unknown_early_late_or_withdrawn_code_is_invalid(event, organizer):
    day = timedelta(days=1)
    code = create_code(
        event, TEN_PERCENT | {"valid_from_at": NOW, "valid_until": NOW + day}, by=organizer, now=NOW
    )

    for text, moment in [("other", NOW), ("spring", NOW - day), ("spring", NOW + day)]:
        with pytest.raises(DiscountInvalid):
            find_code(event, text, now=moment)
    withdraw_code(code, by=organizer, now=NOW)
    with pytest.raises(DiscountInvalid):
        find_code(event, "spring", now=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": CodeKind.PERCENT},
        {"kind": CodeKind.PERCENT, "percent": 0},
        {"kind": CodeKind.PERCENT, "percent": 101},
        {"kind": CodeKind.PERCENT, "percent": 10, "amount": 5},
        {"kind": CodeKind.FIXED},
        {"kind": CodeKind.FIXED, "amount": 0},
        {"kind": CodeKind.ACCESS, "percent": 10},
        {"kind": CodeKind.ACCESS, "budget": 10},
    ],
)
def test_what_a_code_is_worth_fits_its_kind(event, organizer, facts):
    with pytest.raises(WorthNeeded):
        create_code(event, {"code": "X", **facts}, by=organizer, now=NOW)


def test_a_code_is_once_per_event_and_counts_for_tickets_of_its_event(event, organizer):
    create_code(event, TEN_PERCENT, by=organizer, now=NOW)

    with pytest.raises(CodeTaken):
        create_code(event, TEN_PERCENT, by=organizer, now=NOW)
    others = [TicketTypeFactory()]
    facts = TEN_PERCENT | {"code": "X"}
    with pytest.raises(OfAnotherEvent):
        create_code(event, facts, ticket_types=others, by=organizer, now=NOW)
    with pytest.raises(NotToBeSet):
        create_code(event, TEN_PERCENT | {"event": event}, by=organizer, now=NOW)


def test_a_limited_code_is_used_so_often_and_given_back():
    code, holder = CodeFactory(uses=2), uuid4()

    use(code, holder=holder)
    use(code)
    with pytest.raises(CodeUsedUp):
        use(code)
    release_code_uses(holder=holder)
    use(code)

    assert used(code) == 2


def test_a_code_without_limit_costs_nothing_to_use():
    code = CodeFactory()

    assert queries_of(lambda: claim_code_use(code, holder=uuid4())) == []


def test_a_budget_is_spent_to_the_last_unit_and_given_back():
    code, holder = CodeFactory(budget=1000), uuid4()

    use(code, spent=600, holder=holder)
    with pytest.raises(BudgetSpent) as caught:
        use(code, spent=401)
    assert caught.value.facts == {"left": 400}
    use(code, spent=400)
    release_code_uses(holder=holder)
    use(code, spent=600)

    assert used(code) == 2


@pytest.mark.django_db(transaction=True)
def test_32_at_once_use_a_code_as_often_as_it_may():
    code = CodeFactory(uses=10)

    got = race(32, lambda _: use(code))

    assert sorted({type(one).__name__ for one in got}) == ["CodeUsedUp", "NoneType"]
    assert (sum(one is None for one in got), used(code)) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_32_at_once_never_spend_more_than_the_budget():
    code = CodeFactory(budget=1000, uses=30)

    got = race(32, lambda _: use(code, spent=70))

    assert sum(one is None for one in got) == 14
    assert CodeUse.objects.filter(code=code).aggregate(sum=Sum("spent")) == {"sum": 980}


def test_the_number_of_uses_goes_up_and_down_to_what_was_used(event, organizer):
    code = create_code(event, TEN_PERCENT | {"uses": 3}, by=organizer, now=NOW)
    use(code)
    use(code)

    change_code(code, {"uses": 5}, by=organizer, now=NOW)
    assert CodeUse.objects.filter(code=code).count() == 5
    change_code(code, {"uses": 2}, by=organizer, now=NOW)
    assert (CodeUse.objects.filter(code=code).count(), used(code)) == (2, 2)
    with pytest.raises(UsesTaken):
        change_code(code, {"uses": 1}, by=organizer, now=NOW)
    code.refresh_from_db()
    change_code(code, {"uses": None}, by=organizer, now=NOW)
    assert used(code) == 2
