"""Making, changing and copying events: what is kept, who may, what is refused in which words."""

from datetime import timedelta

import pytest

from accounts.audit.models import Entry, Payload
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from events.domain.codes import claim_code_use, create_code
from events.domain.copies import (
    InSeriesAlready,
    NoDates,
    RuleUnclear,
    StartNeededForSeries,
    create_series,
    duplicate_event,
)
from events.domain.events import (
    AccessCodeNeeded,
    AddressTaken,
    CurrencyStays,
    DoorsOpenLate,
    EndsBeforeItStarts,
    InvalidValue,
    NotToBeSet,
    StartNeeded,
    StillNeeded,
    TwoPlaces,
    VenueOfAnother,
    change_event,
    create_event,
    set_text,
)
from events.domain.lifecycle import publish_event
from events.domain.places import claim_places
from events.domain.ticket_types import create_question, create_ticket_type
from events.enums import CodeKind, QuestionKind, TicketKind, Visibility
from events.models import Event, Place
from events.queries import events_seen_by
from events.queries.terms import terms
from tests.events.factories import (
    NOW,
    CategoryFactory,
    EventFactory,
    FeeFactory,
    TaxRateFactory,
    VenueFactory,
)
from tests.factories import MembershipFactory
from ticketing.core.models import AnnouncedEvent

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = NOW + timedelta(days=30)


def announced():
    return list(AnnouncedEvent.objects.order_by("id").values_list("name", flat=True))


def test_an_event_begins_as_a_draft_with_an_address_of_its_title(choir, organizer):
    category = CategoryFactory()

    event = create_event(
        choir,
        {"title": "Quiet songs", "starts_at": START, "ends_at": START + HOUR, "category": category,
         "timezone": "Africa/Porto-Novo", "currency": "XOF"},
        by=organizer, now=NOW,
    )  # fmt: skip

    event.refresh_from_db()
    assert (event.slug, event.status, event.currency) == ("quiet-songs", "draft", "XOF")
    assert event.number > 0
    assert announced() == ["events.event_created"]
    assert Entry.objects.get().action == "events.created"


@pytest.mark.parametrize("title", ["Quiet songs", "Api", "合唱団の夕べ", "Хор"])
def test_every_event_gets_an_address_and_a_number_of_its_own(choir, organizer, title):
    first, second = (create_event(choir, {"title": title}, by=organizer, now=NOW) for _ in "ab")
    first.refresh_from_db()
    second.refresh_from_db()

    assert first.slug
    assert first.slug != second.slug
    assert first.number < second.number


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"title": ""}, InvalidValue, "title"),
        ({"title": "x" * 151}, InvalidValue, "title"),
        ({"starts_at": START, "ends_at": START}, EndsBeforeItStarts, "ends_at"),
        ({"ends_at": START}, StartNeeded, "starts_at"),
        ({"starts_at": START, "doors_open_at": START + HOUR}, DoorsOpenLate, "doors_open_at"),
        ({"timezone": "Europe/Atlantis"}, InvalidValue, "timezone"),
        ({"currency": "XXX"}, InvalidValue, "currency"),
        ({"language": "English"}, InvalidValue, "language"),
        ({"online_url": "javascript:alert(1)"}, InvalidValue, "online_url"),
        ({"slug": "not an address"}, InvalidValue, "slug"),
        ({"visibility": "private"}, AccessCodeNeeded, "access_code"),
        ({"visibility": "secret"}, InvalidValue, "visibility"),
        ({"status": "published"}, NotToBeSet, "status"),
        ({"organizer": None}, NotToBeSet, "organizer"),
        ({"number": 1}, NotToBeSet, "number"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(choir, organizer, facts, error, field):
    with pytest.raises(error) as caught:
        create_event(choir, {"title": "Quiet songs", **facts}, by=organizer, now=NOW)

    assert caught.value.field == field
    assert Event.objects.count() == 0


def test_an_event_is_at_a_venue_of_its_organizer_or_online(choir, organizer):
    ours, theirs = VenueFactory(organizer=choir), VenueFactory()

    with pytest.raises(VenueOfAnother):
        create_event(choir, {"title": "x", "venue": theirs}, by=organizer, now=NOW)
    facts = {"title": "x", "venue": ours, "online_url": "https://meet.example"}
    with pytest.raises(TwoPlaces):
        create_event(choir, facts, by=organizer, now=NOW)


def test_roles_without_the_permission_and_strangers_change_nothing(event, choir, stranger):
    viewer = MembershipFactory(organizer=choir, role=Role.VIEWER).user

    for person, error in [(viewer, RoleMayNot), (stranger, NoSuchOrganizer)]:
        for act in (
            lambda by: create_event(choir, {"title": "x"}, by=by, now=NOW),
            lambda by: change_event(event, {"title": "x"}, by=by, now=NOW),
            lambda by: duplicate_event(event, by=by, now=NOW),
            lambda by: create_series(event, rrule="FREQ=DAILY;COUNT=2", by=by, now=NOW),
        ):
            with pytest.raises(error):
                act(person)
    assert Event.objects.get().title == "Quiet songs"


def test_who_sees_follows_the_team(event, choir, organizer, stranger):
    viewer = MembershipFactory(organizer=choir, role=Role.VIEWER).user
    door = MembershipFactory(organizer=choir, role=Role.DOOR).user
    people = (organizer, viewer, door, stranger)

    assert [events_seen_by(one).count() for one in people] == [1, 1, 0, 0]


def test_a_change_is_written_down_with_before_and_after(event, organizer):
    change_event(event, {"title": "Loud songs", "summary": ""}, by=organizer, now=NOW)

    entry = Entry.objects.get()
    assert entry.action == "events.changed"
    assert AnnouncedEvent.objects.get().body["changed"] == ["title"]
    change_event(event, {"title": "Loud songs"}, by=organizer, now=NOW)
    assert Entry.objects.count() == 1


def test_another_time_of_what_is_published_is_announced(event, organizer):
    publish_event(event, by=organizer, now=NOW)
    was = event.starts_at

    change_event(event, {"starts_at": was - HOUR}, by=organizer, now=NOW)

    assert announced()[1:] == ["events.event_changed", "events.event_rescheduled"]


def test_what_is_published_keeps_time_place_and_currency(event, organizer):
    publish_event(event, by=organizer, now=NOW)

    for changes in ({"venue": None}, {"ends_at": None}):
        with pytest.raises(StillNeeded):
            change_event(Event.objects.get(), changes, by=organizer, now=NOW)
    with pytest.raises(CurrencyStays):
        change_event(Event.objects.get(), {"currency": "USD"}, by=organizer, now=NOW)


def test_an_address_that_is_taken_is_refused(event, choir, organizer):
    EventFactory(organizer=choir, slug="taken")

    with pytest.raises(AddressTaken):
        change_event(event, {"slug": "taken"}, by=organizer, now=NOW)
    with pytest.raises(AddressTaken):
        create_event(choir, {"title": "x", "slug": "taken"}, by=organizer, now=NOW)


def test_a_private_event_opens_with_its_code_alone(event, organizer):
    change_event(
        event, {"visibility": Visibility.PRIVATE}, access_code="Open Sesame", by=organizer, now=NOW
    )

    event.refresh_from_db()
    assert event.is_opened_by(" open sesame ")
    assert not event.is_opened_by("open")
    assert "esame" not in str(Payload.objects.values_list("data", flat=True))
    change_event(event, {"visibility": Visibility.PUBLIC}, by=organizer, now=NOW)
    assert event.access_digest == ""


def test_texts_in_other_languages_come_and_go(event, organizer):
    set_text(event, language="fr", texts={"title": "Chants doux"}, by=organizer, now=NOW)
    set_text(event, language="fr", texts={"title": "Doux chants"}, by=organizer, now=NOW)
    assert event.texts.get().title == "Doux chants"

    set_text(event, language="fr", texts={"title": " "}, by=organizer, now=NOW)
    assert event.texts.count() == 0
    with pytest.raises(NotToBeSet):
        set_text(event, language="en", texts={"title": "x"}, by=organizer, now=NOW)


def test_a_region_s_tax_goes_before_its_country_s_and_the_later_before_the_earlier(choir):
    venue = VenueFactory(organizer=choir, country="XX", region="ON")
    TaxRateFactory(percent=5)
    TaxRateFactory(region="ON", percent=12, valid_from="2025-01-01")
    TaxRateFactory(region="ON", percent=13)
    TaxRateFactory(region="BC", percent=7)
    event = EventFactory(organizer=choir, venue=venue)

    assert terms(event, now=NOW).percents == {"standard": 13}
    Event.objects.filter(pk=event.pk).update(tax_country="XY")
    assert terms(event, now=NOW).percents == {}


# --- Again ---------------------------------------------------------------------------------------


@pytest.fixture
def full_event(event, organizer):
    """With everything that an event can have."""
    facts = {"name": "Late", "pool": event.pools.get(), "kind": TicketKind.FREE,
             "shown_after": event.ticket_types.get(), "sale_ends_at": START}  # fmt: skip
    late = create_ticket_type(event, facts, by=organizer, now=NOW)
    code = create_code(
        event, {"code": "SPRING", "kind": CodeKind.PERCENT, "percent": 10, "uses": 3},
        ticket_types=[late], by=organizer, now=NOW,
    )  # fmt: skip
    first = create_question(
        event, {"label": "Do you eat meat?", "kind": QuestionKind.YES_NO}, by=organizer, now=NOW
    )
    create_question(
        event, {"label": "Which?", "shown_if": first, "shown_if_answer": "yes"},
        ticket_types=[late], by=organizer, now=NOW,
    )  # fmt: skip
    FeeFactory(event=event)
    set_text(event, language="fr", texts={"title": "Chants doux"}, by=organizer, now=NOW)
    claim_places(event.pools.get(), 2, holder=late.pk, now=NOW)
    claim_code_use(code, holder=late.pk)
    return event


def test_a_duplicate_has_all_that_was_prepared_and_nothing_that_happened(full_event, organizer):
    publish_event(full_event, by=organizer, now=NOW)

    copy = duplicate_event(
        full_event, starts_at=full_event.starts_at + timedelta(days=7), by=organizer, now=NOW
    )

    copy.refresh_from_db()
    assert (copy.status, copy.published_at, copy.title) == ("draft", None, full_event.title)
    assert copy.slug != full_event.slug
    assert copy.ends_at == full_event.ends_at + timedelta(days=7)
    general, late = copy.ticket_types.order_by("kind")[::-1]
    assert (late.shown_after, late.pool.event) == (general, copy)
    assert late.sale_ends_at == START + timedelta(days=7)
    assert Place.objects.filter(pool__event=copy, holder=None).count() == 10
    code = copy.codes.get()
    assert (code.used.filter(holder=None).count(), list(code.ticket_types.all())) == (3, [late])
    which = copy.questions.get(label="Which?")
    assert (which.shown_if.event, list(which.ticket_types.all())) == (copy, [late])
    assert (copy.fees.get().amount, copy.texts.get().title) == (100, "Chants doux")
    assert full_event.questions.count() == 2


def test_a_duplicate_without_a_date_waits_for_one(event, organizer):
    copy = duplicate_event(event, title="Loud songs", by=organizer, now=NOW)

    assert (copy.title, copy.starts_at, copy.ends_at) == ("Loud songs", None, None)


def test_a_private_event_s_duplicate_is_unlisted(event, organizer):
    private = {"visibility": Visibility.PRIVATE}
    change_event(event, private, access_code="sesame", by=organizer, now=NOW)

    assert duplicate_event(event, by=organizer, now=NOW).visibility == Visibility.UNLISTED


def test_a_series_keeps_the_time_of_day_when_the_clocks_change(event, organizer):
    # Paris goes back from summer time on 25 October 2026.
    begins = event.starts_at.replace(month=10, day=23, hour=18)  # 20:00 in Paris
    change_event(event, {"starts_at": begins, "ends_at": begins + HOUR}, by=organizer, now=NOW)

    series, events = create_series(event, rrule="FREQ=WEEKLY;COUNT=3", by=organizer, now=NOW)

    assert [one.starts_at.astimezone(event.zone).isoformat()[:16] for one in events] == [
        "2026-10-23T20:00", "2026-10-30T20:00", "2026-11-06T20:00",
    ]  # fmt: skip
    assert [one.starts_at.hour for one in events] == [18, 19, 19]
    assert {one.series for one in Event.objects.all()} == {series}
    assert events[2].ticket_types.count() == 1


def test_the_end_of_a_rule_may_be_given_in_utc(event, organizer):
    begins = event.starts_at
    until = f"{begins + timedelta(days=2):%Y%m%dT%H%M%SZ}"

    _series, events = create_series(event, rrule=f"FREQ=DAILY;UNTIL={until}", by=organizer, now=NOW)

    assert [one.starts_at - begins for one in events] == [timedelta(days=day) for day in range(3)]


@pytest.mark.parametrize(
    ("rrule", "error"),
    [
        ("every friday", RuleUnclear),
        ("", RuleUnclear),
        ("FREQ=NEVER", RuleUnclear),
        ("FREQ=SECONDLY", NoDates),
        ("FREQ=DAILY;COUNT=367", NoDates),
        ("FREQ=DAILY;UNTIL=20200101", NoDates),
    ],
)
def test_a_rule_that_is_none_or_endless_is_refused(event, organizer, rrule, error):
    with pytest.raises(error):
        create_series(event, rrule=rrule, by=organizer, now=NOW)
    assert Event.objects.count() == 1


def test_a_series_is_made_once_and_grows_by_duplicates(event, organizer):
    series, _events = create_series(event, rrule="FREQ=DAILY;COUNT=2", by=organizer, now=NOW)

    with pytest.raises(InSeriesAlready):
        create_series(event, rrule="FREQ=DAILY;COUNT=2", by=organizer, now=NOW)
    later = event.starts_at + timedelta(days=9)
    assert duplicate_event(event, starts_at=later, by=organizer, now=NOW).series == series


def test_a_series_needs_a_first_date(choir, organizer):
    bare = create_event(choir, {"title": "x"}, by=organizer, now=NOW)

    with pytest.raises(StartNeededForSeries):
        create_series(bare, rrule="FREQ=DAILY;COUNT=2", by=organizer, now=NOW)
