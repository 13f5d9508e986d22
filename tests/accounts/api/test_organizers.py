import pytest

from accounts.enums import Role
from accounts.models import Membership, Organizer
from tests.factories import MembershipFactory, OrganizerFactory
from tests.kit.api import APIClient
from tests.kit.mails import key_of_last
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db


@pytest.fixture
def choir(organizer):
    choir = OrganizerFactory(name="Village choir", slug="village-choir")
    MembershipFactory(organizer=choir, user=organizer, role=Role.OWNER)
    return choir


@pytest.fixture
def api(organizer):
    return APIClient(organizer)


def test_starting_an_organizer_makes_it_appear_in_me(attendee):
    api = APIClient(attendee)

    answer = api.post("/organizers", {"name": "Village choir"})

    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in ("slug", "name", "status", "role")} == {
        "slug": "village-choir", "name": "Village choir", "status": "active", "role": "owner",
    }  # fmt: skip
    assert api.get("/me").json()["organizers"] == [
        {"slug": "village-choir", "name": "Village choir", "role": "owner"}
    ]


def test_22_starting_an_organizer_takes_a_name_and_nothing_else(attendee):
    APIClient(attendee).post(
        "/organizers", {"name": "Choir", "status": "closed", "slug": "x", "started_by": "y"}
    )

    choir = Organizer.objects.get()
    assert (choir.status, choir.slug, choir.started_by) == ("active", "choir", attendee)


def test_19_a_stranger_finds_no_organizer_behind_any_call(choir, stranger):
    api = APIClient(stranger)
    member = choir.memberships.get()
    base = "/organizers/village-choir"

    answers = [
        api.patch(base, {"name": "Mine"}),
        api.get(f"{base}/team"),
        api.post(f"{base}/team", {"email": "x@example.org", "role": "owner"}),
        api.patch(f"{base}/team/{member.pk}", {"role": "viewer"}),
        api.delete(f"{base}/team/{member.pk}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


def test_23_everybody_reads_the_name_and_its_team_the_rest(choir, api, stranger):
    public = {"id": str(choir.pk), "slug": "village-choir", "name": "Village choir"}
    base = "/organizers/village-choir"

    assert APIClient().get(base).json() == public
    assert APIClient(stranger).get(base).json() == public
    assert api.get(base).json() == public | {"status": "active", "role": "owner"}


@pytest.mark.parametrize("status", ["pending", "closed"])
def test_an_organizer_that_is_not_active_is_there_for_its_team_alone(choir, api, stranger, status):
    Organizer.objects.update(status=status)
    base = "/organizers/village-choir"

    answers = [one.get(base).status_code for one in (APIClient(), APIClient(stranger), api)]

    assert answers == [404, 404, 200]


def test_caches_keep_an_organizer_for_everybody_and_no_member_s_view_of_it(choir, api):
    base = "/organizers/village-choir"

    public, ours = APIClient().get(base), api.get(base)

    assert (public["Vary"], public["Cache-Control"]) == (
        "Accept-Encoding, Authorization, Accept-Language",
        "public, max-age=0, s-maxage=60, stale-while-revalidate=60",
    )
    assert ours["Cache-Control"] == "private, no-store"
    assert APIClient().get(base, **{"If-None-Match": public["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.OWNER, [200, 200, 200, 201]),
        (Role.MANAGER, [200, 403, 200, 201]),
        (Role.FINANCE, [200, 403, 200, 403]),
        (Role.VIEWER, [200, 403, 200, 403]),
        (Role.DOOR, [200, 403, 403, 403]),
    ],
)
def test_each_role_may_what_its_permissions_say(choir, attendee, role, expected):
    MembershipFactory(organizer=choir, user=attendee, role=role)
    api, base = APIClient(attendee), "/organizers/village-choir"

    answers = [
        api.get(base),
        api.patch(base, {"name": "Village choir"}),
        api.get(f"{base}/team"),
        api.post(f"{base}/team", {"email": "x@example.org", "role": "viewer"}),
    ]

    assert [answer.status_code for answer in answers] == expected


def test_inviting_and_accepting_over_the_api(choir, api, steward):
    invited = api.post("/organizers/village-choir/team", {"email": steward.email, "role": "door"})
    key = key_of_last("invitation")

    joined = APIClient(steward).post(f"/invitations/{key}/accept")

    assert (invited.status_code, joined.status_code) == (201, 200)
    assert joined.json()["role"] == "door"
    team = api.get("/organizers/village-choir/team").json()
    assert [one["role"] for one in team["members"]] == ["owner", "door"]
    assert team["invitations"] == []


def test_26_a_role_taken_away_acts_at_the_next_call(choir, api, attendee):
    member = MembershipFactory(organizer=choir, user=attendee, role=Role.MANAGER)
    theirs = APIClient(attendee)
    assert theirs.get("/organizers/village-choir/team").status_code == 200

    assert api.delete(f"/organizers/village-choir/team/{member.pk}").status_code == 204

    assert theirs.get("/organizers/village-choir/team").status_code == 404


def test_changing_a_role_and_keeping_an_owner(choir, api, organizer, attendee):
    member = MembershipFactory(organizer=choir, user=attendee, role=Role.VIEWER)
    own = choir.memberships.get(user=organizer)

    raised = api.patch(f"/organizers/village-choir/team/{member.pk}", {"role": "manager"})
    lowered = api.patch(f"/organizers/village-choir/team/{own.pk}", {"role": "viewer"})

    assert raised.json()["role"] == "manager"
    assert (lowered.status_code, lowered.json()["code"]) == (409, "last_owner")


def test_19_a_member_of_another_team_is_not_reached_through_one_s_own(choir, api):
    other = MembershipFactory(role=Role.VIEWER)

    assert api.delete(f"/organizers/village-choir/team/{other.pk}").status_code == 404
    assert Membership.objects.filter(pk=other.pk).exists()


def test_an_unknown_role_says_so_at_its_field(choir, api):
    answer = api.post("/organizers/village-choir/team", {"email": "x@example.org", "role": "king"})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["role"]


def test_the_team_costs_the_same_however_many_there_are(choir, api):
    assert_cost_is_constant(
        lambda: MembershipFactory(organizer=choir),
        lambda: api.get("/organizers/village-choir/team"),
    )
