"""What stands beside an event and its tickets: venues, fees, words in other languages."""

import pytest

from accounts.enums import Role
from events.enums import QuestionKind
from events.models import Event, Venue
from tests.events.factories import EventFactory, QuestionFactory, VenueFactory
from tests.factories import MembershipFactory
from tests.kit.api import APIClient
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db
EVENT = "/events/quiet-songs"
VENUES = "/organizers/village-choir/venues"
HALL = {"name": "Village hall", "city": "Lyon", "country": "fr", "timezone": "Europe/Paris"}


def test_a_venue_is_made_changed_and_deleted_unless_events_are_there(choir, api):
    made = api.post(VENUES, HALL | {"latitude": "45.767", "longitude": 4.8335})
    assert made.status_code == 201
    hall = made.json()
    assert (hall["country"], hall["latitude"], hall["longitude"]) == ("FR", "45.767000", "4.833500")

    address = f"{VENUES}/{hall['id']}"
    changed = api.patch(address, {"street": "4 rue des Lilas", "latitude": None, "longitude": None})
    assert changed.json()["latitude"] is None
    assert api.get(address).json() == changed.json()
    assert api.get(VENUES).json()["results"] == [changed.json()]

    EventFactory(organizer=choir, venue=Venue.objects.get())
    kept = api.delete(address)
    assert (kept.status_code, kept.json()["code"]) == (409, "venue_in_use")
    Event.objects.update(venue=None)
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"country": "1F"}, "country"),
        ({"country": "FRA"}, "country"),
        ({"latitude": 91}, "latitude"),
        ({"latitude": 45}, "latitude"),
        ({"latitude": "NaN"}, "latitude"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"timezone": ""}, "timezone"),
    ],
)
def test_a_venue_that_cannot_be_is_said_at_its_field(choir, api, facts, field):
    answer = api.post(VENUES, HALL | facts)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.parametrize(
    ("role", "read", "write"), [(None, 404, 404), (Role.DOOR, 403, 403), (Role.VIEWER, 200, 403)]
)
def test_19_venues_are_for_the_team_alone(choir, stranger, role, read, write):
    if role:
        MembershipFactory(organizer=choir, user=stranger, role=role)
    api, hall = APIClient(stranger), VenueFactory(organizer=choir)
    address = f"{VENUES}/{hall.pk}"

    reads = [api.get(VENUES), api.get(address)]
    writes = [api.post(VENUES, HALL), api.patch(address, {"name": "x"}), api.delete(address)]

    assert {one.status_code for one in reads} == {read}
    assert {one.status_code for one in writes} == {write}


def test_19_a_venue_of_another_organizer_is_not_reached_through_one_s_own(choir, api):
    theirs = VenueFactory()

    answers = [api.get(f"{VENUES}/{theirs.pk}"), api.delete(f"{VENUES}/{theirs.pk}")]

    assert [one.status_code for one in answers] == [404, 404]
    assert api.get(VENUES).json()["results"] == []


def test_22_a_venue_stays_its_organizer_s_whatever_is_sent(choir, api):
    hall = VenueFactory(organizer=choir)
    before = Venue.objects.values().get()

    sent = {"id": "x", "organizer": "other", "organizer_id": "x"}
    assert api.patch(f"{VENUES}/{hall.pk}", sent).status_code == 200
    assert Venue.objects.values().get() == before


def test_venues_cost_the_same_however_many_there_are(choir, api):
    assert_cost_is_constant(lambda: VenueFactory(organizer=choir), lambda: api.get(VENUES))


def test_a_fee_is_added_changed_and_removed(event, api):
    made = api.post(f"{EVENT}/fees", {"name": "Booking fee", "percent": "2.5", "amount": 50})
    assert made.status_code == 201
    fee = made.json()
    assert fee == {
        "id": fee["id"], "name": "Booking fee", "percent": "2.50", "amount": 50,
        "currency": "EUR", "is_included": False, "position": 0,
    }  # fmt: skip

    address = f"{EVENT}/fees/{fee['id']}"
    assert api.patch(address, {"is_included": True}).json()["is_included"] is True
    assert [one["id"] for one in api.get(f"{EVENT}/fees").json()["results"]] == [fee["id"]]
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 1}, "name"),
        ({"name": "x"}, "amount"),
        ({"name": "x", "percent": 101}, "percent"),
        ({"name": "x", "amount": 0.5}, "amount"),
    ],
)
def test_a_fee_that_is_none_is_said_at_its_field(event, api, body, field):
    answer = api.post(f"{EVENT}/fees", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_words_in_another_language_come_and_go(event, api):
    meal = QuestionFactory(event=event, kind=QuestionKind.CHOICE, options=["Fish", "Beans"])
    said = {
        EVENT: {"title": "Chants doux", "summary": "", "description": ""},
        f"{EVENT}/ticket-types/{event.ticket_types.get().pk}": {
            "name": "Plein tarif", "description": "",
        },
        f"{EVENT}/questions/{meal.pk}": {
            "label": "Que mangez-vous ?", "help_text": "", "options": ["Poisson", "Haricots"],
        },
    }  # fmt: skip

    for address, words in said.items():
        put = api.put(f"{address}/texts/fr", words)
        assert (put.status_code, put.json()) == (200, words | {"language": "fr"})
        assert api.get(f"{address}/texts").json()["results"] == [put.json()]
        assert api.delete(f"{address}/texts/fr").status_code == 204
        assert api.delete(f"{address}/texts/fr").status_code == 404
        assert api.get(f"{address}/texts").json()["results"] == []


@pytest.mark.parametrize(
    ("language", "body", "field"),
    [
        ("en", {"title": "x"}, "language"),
        ("French", {"title": "x"}, "language"),
        ("fr", {"title": ""}, "title"),
        ("fr", {}, "title"),
    ],
)
def test_wrong_words_are_said_at_their_field(event, api, language, body, field):
    answer = api.put(f"{EVENT}/texts/{language}", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
