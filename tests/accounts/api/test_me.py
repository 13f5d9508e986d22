import pytest

from accounts.models import RefreshFamily
from tests.factories import PASSWORD
from tests.kit.api import APIClient
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(attendee):
    return APIClient(attendee)


def test_me_shows_what_the_contract_names(api, attendee):
    assert api.get("/me").json() == {
        "id": str(attendee.pk),
        "email": "attendee@example.org",
        "name": "Ada",
        "locale": "en",
        "timezone": "UTC",
        "picture": None,
        "organizers": [],
    }


def test_me_without_a_token_is_401():
    answer = APIClient().get("/me")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_session_cookie_opens_nothing_in_the_api(client, attendee):
    client.force_login(attendee)

    assert client.get("/api/v1/me").status_code == 401


def test_changing_the_profile_keeps_what_is_not_named(api, attendee):
    answer = api.patch("/me", {"timezone": "Europe/Paris", "locale": "fr"})

    attendee.refresh_from_db()
    assert answer.json()["timezone"] == attendee.timezone == "Europe/Paris"
    assert (attendee.name, attendee.locale) == ("Ada", "fr")


@pytest.mark.parametrize(
    ("body", "code"),
    [({"locale": "tlh"}, "language_unknown"), ({"timezone": "Moon/Base"}, "timezone_unknown")],
)
def test_changing_the_profile_to_what_does_not_exist_is_refused(api, body, code):
    answer = api.patch("/me", body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()["errors"]) == list(body)


def test_22_the_profile_takes_no_more_than_it_names(api, attendee):
    api.patch("/me", {"is_staff": True, "email": "x@example.org", "id": "1", "password": "x"})

    attendee.refresh_from_db()
    assert (attendee.is_staff, attendee.email) == (False, "attendee@example.org")
    assert attendee.check_password(PASSWORD)


def test_sessions_show_browsers_and_apps_and_end_them(api, attendee, client):
    client.post("/account/login/", {"login": attendee.email, "password": PASSWORD})
    other = APIClient(attendee)

    places = api.get("/me/sessions").json()

    assert sorted((one["kind"], one["is_current"]) for one in places) == [
        ("app", False), ("app", True), ("browser", False),
    ]  # fmt: skip
    for one in places:
        if not one["is_current"]:
            assert api.delete(f"/me/sessions/{one['id']}").status_code == 204
    assert other.get("/me").status_code == 401
    assert client.get("/account/").status_code == 302
    assert len(api.get("/me/sessions").json()) == 1


def test_19_nobody_ends_somebody_else_s_session(api, stranger, client):
    other = APIClient(stranger)
    client.post("/account/login/", {"login": stranger.email, "password": PASSWORD})
    theirs = [one["id"] for one in other.get("/me/sessions").json()]

    assert [api.delete(f"/me/sessions/{one}").status_code for one in theirs] == [404, 404]
    assert api.delete("/me/sessions/nonsense").status_code == 404
    assert other.get("/me").status_code == 200


def test_asking_for_erasure_closes_the_account_at_once(api, attendee):
    assert api.delete("/me").status_code == 202

    attendee.refresh_from_db()
    assert not attendee.is_active
    assert attendee.erasure_asked_at is not None
    assert not RefreshFamily.objects.filter(ended_at=None).exists()
    assert api.get("/me").status_code == 401


def test_me_costs_one_statement_for_who_asks_and_one_for_the_teams(api):
    assert len(queries_of(lambda: api.get("/me"))) == 2
