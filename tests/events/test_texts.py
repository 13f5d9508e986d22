"""Ticket types and questions in other languages, and what they are asked and count for."""

import pytest

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from events.domain.codes import set_ticket_types
from events.domain.events import InvalidValue, NotToBeSet
from events.domain.texts import set_question_text, set_ticket_type_text
from events.domain.ticket_types import OfAnotherEvent, ask_for_ticket_types, change_question
from events.enums import QuestionKind
from tests.events.factories import NOW, CodeFactory, QuestionFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from ticketing.core.models import AnnouncedEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def general(event):
    return event.ticket_types.get()


@pytest.fixture
def meal(event):
    return QuestionFactory(event=event, kind=QuestionKind.CHOICE, options=["Fish", "Beans"])


def test_a_ticket_type_s_words_in_another_language_come_change_and_go(general, organizer):
    def say(**facts):
        return set_ticket_type_text(general, language="fr", facts=facts, by=organizer, now=NOW)

    say(name="Plein tarif", description="Debout")
    assert say(name="Tarif plein") == general.texts.get()
    text = general.texts.get()
    assert (text.name, text.description) == ("Tarif plein", "Debout")
    assert text.organizer == general.event.organizer

    assert say(name=" ") is None
    assert general.texts.count() == 0
    assert Entry.objects.filter(action="ticket_types.text_changed").count() == 3
    assert AnnouncedEvent.objects.latest("id").body["changed"] == ["text:fr"]


def test_a_question_s_answers_are_translated_all_or_none(meal, organizer):
    def say(**facts):
        facts = {"label": "Que mangez-vous ?", **facts}
        return set_question_text(meal, language="fr", facts=facts, by=organizer, now=NOW)

    assert say().options == []
    assert say(options=["Poisson", "Haricots"]).options == ["Poisson", "Haricots"]
    with pytest.raises(InvalidValue) as caught:
        say(options=["Poisson"])
    assert caught.value.field == "options"
    assert say(label="") is None


def test_a_translated_answer_goes_where_its_answer_goes(meal, organizer):
    facts = {"label": "Que mangez-vous ?", "options": ["Poisson", "Haricots"]}
    set_question_text(meal, language="fr", facts=facts, by=organizer, now=NOW)

    change_question(meal, {"options": ["Beans", "Cheese", "Fish"]}, by=organizer, now=NOW)

    assert meal.texts.get().options == ["Haricots", "Cheese", "Poisson"]


@pytest.mark.parametrize(
    ("language", "facts", "error", "field"),
    [
        ("en", {"name": "General"}, NotToBeSet, "language"),
        ("French", {"name": "x"}, InvalidValue, "language"),
        ("fr", {"name": "x" * 81}, InvalidValue, "name"),
        ("fr", {"name": "x", "price": 1}, NotToBeSet, "price"),
    ],
)
def test_wrong_words_are_refused_at_their_field(general, organizer, language, facts, error, field):
    with pytest.raises(error) as caught:
        set_ticket_type_text(general, language=language, facts=facts, by=organizer, now=NOW)

    assert caught.value.field == field


def test_19_others_translate_and_rearrange_nothing(event, general, meal, choir, stranger):
    viewer = MembershipFactory(organizer=choir, role=Role.VIEWER).user
    code = CodeFactory(event=event)

    for person, error in [(viewer, RoleMayNot), (stranger, NoSuchOrganizer)]:
        for act in (
            lambda by: set_ticket_type_text(
                general, language="fr", facts={"name": "x"}, by=by, now=NOW
            ),
            lambda by: set_question_text(meal, language="fr", facts={"label": "x"}, by=by, now=NOW),
            lambda by: set_ticket_types(code, [general], by=by, now=NOW),
            lambda by: ask_for_ticket_types(meal, [general], by=by, now=NOW),
        ):
            with pytest.raises(error):
                act(person)


def test_a_code_and_a_question_are_for_other_ticket_types_from_now_on(
    event, general, meal, organizer
):
    late, other = TicketTypeFactory(event=event), TicketTypeFactory()
    code = CodeFactory(event=event)

    for row, act in [(code, set_ticket_types), (meal, ask_for_ticket_types)]:
        act(row, [general], by=organizer, now=NOW)
        act(row, [late, general, late], by=organizer, now=NOW)
        assert set(row.ticket_types.all()) == {general, late}
        act(row, [late], by=organizer, now=NOW)
        written = Entry.objects.count()
        act(row, [late], by=organizer, now=NOW)
        assert (list(row.ticket_types.all()), Entry.objects.count()) == ([late], written)
        with pytest.raises(OfAnotherEvent):
            act(row, [other], by=organizer, now=NOW)
        act(row, [], by=organizer, now=NOW)
        assert row.ticket_types.count() == 0
