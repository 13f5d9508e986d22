"""Who gets into the back office, and what a team sees of it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.teams import invite
from accounts.enums import OrganizerStatus, Role
from accounts.models import Invitation, Membership, Organizer, User
from tests.factories import MembershipFactory, OrganizerFactory, UserFactory
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db


@pytest.fixture
def choir():
    return OrganizerFactory(name="Village choir", slug="village-choir")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner(choir, organizer):
    MembershipFactory(organizer=choir, user=organizer, role=Role.OWNER)
    return signed_in(organizer)


def test_signing_in_is_that_of_the_site(client):
    answer = client.get("/admin/accounts/organizer/", follow=True)

    assert answer.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2Faccounts%2Forganizer%2F"


def test_who_has_no_business_there_is_told_so(stranger):
    answer = signed_in(stranger).get("/admin/", follow=True)

    assert answer.status_code == 403


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 200), (Role.DOOR, 302)])
def test_23_the_door_s_people_have_no_back_office(choir, steward, role, status):
    MembershipFactory(organizer=choir, user=steward, role=role)

    assert signed_in(steward).get("/admin/").status_code == status


def test_26_who_leaves_the_team_is_out_at_the_next_request(choir, steward):
    member = MembershipFactory(organizer=choir, user=steward, role=Role.VIEWER)
    client = signed_in(steward)
    assert client.get("/admin/").status_code == 200

    member.delete()

    assert client.get("/admin/").status_code == 302


def test_14_staff_and_owners_set_up_a_second_factor_first_where_it_is_required(
    owner, staff_client, settings
):
    settings.REQUIRE_MFA = True

    for client in (owner, staff_client):
        answer = client.get("/admin/accounts/organizer/")
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


def test_20_a_team_sees_its_own_organizers_members_and_invitations(choir, owner, organizer):
    stranger = MembershipFactory(organizer=OrganizerFactory(name="Other hall"))
    invite(choir, email="new@example.org", role=Role.DOOR, by=organizer, now=timezone.now())

    organizers = owner.get("/admin/accounts/organizer/").text
    members = owner.get("/admin/accounts/membership/").text

    assert ("Village choir" in organizers, "Other hall" in organizers) == (True, False)
    assert (organizer.email in members or organizer.name in members) is True
    assert stranger.user.name not in members
    assert "new@example.org" in owner.get("/admin/accounts/invitation/").text


@pytest.mark.parametrize(
    "address",
    [
        "/admin/accounts/user/", "/admin/accounts/legaltext/", "/admin/accounts/user/add/",
        "/admin/accounts/legaltext/add/",
    ],
)  # fmt: skip
def test_19_a_team_sees_nothing_of_the_platform_s_own(owner, address):
    assert owner.get(address).status_code == 403


def test_19_a_row_of_another_team_is_not_there(owner):
    other = MembershipFactory()

    for name, pk in [("organizer", other.organizer.pk), ("membership", other.pk)]:
        for page in ("change", "history", "delete"):
            answer = owner.get(reverse(f"admin:accounts_{name}_{page}", args=[pk]))
            assert answer.status_code in {302, 403, 404}, (name, page)
            assert "Other" not in answer.text


def test_an_owner_renames_the_organizer_and_its_address_stays(choir, owner):
    page = reverse("admin:accounts_organizer_change", args=[choir.pk])

    answer = owner.post(page, {"name": "Town choir", "slug": "stolen", "status": "closed"})

    choir.refresh_from_db()
    assert answer.status_code == 302
    assert (choir.name, choir.slug, choir.status) == ("Town choir", "village-choir", "active")


def test_an_owner_invites_from_the_back_office(choir, owner):
    answer = owner.post(
        reverse("admin:accounts_invitation_add"),
        {"organizer": choir.pk, "email": "steward@example.org", "role": "door"},
    )

    assert answer.status_code == 302
    assert Invitation.objects.get().email == "steward@example.org"


def test_inviting_who_is_in_the_team_says_so_and_keeps_what_was_typed(choir, owner, organizer):
    answer = owner.post(
        reverse("admin:accounts_invitation_add"),
        {"organizer": choir.pk, "email": organizer.email, "role": "door"},
    )

    assert answer.status_code == 200
    assert "in the team already" in answer.text
    assert organizer.email in answer.text


def test_19_nobody_invites_into_another_team(owner):
    other = OrganizerFactory()

    answer = owner.post(
        reverse("admin:accounts_invitation_add"),
        {"organizer": other.pk, "email": "x@example.org", "role": "owner"},
    )

    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_a_role_is_changed_and_the_last_owner_kept(choir, owner, organizer, attendee):
    member = MembershipFactory(organizer=choir, user=attendee, role=Role.VIEWER)
    own = Membership.objects.get(user=organizer)

    owner.post(reverse("admin:accounts_membership_change", args=[member.pk]), {"role": "manager"})
    lowered = owner.post(
        reverse("admin:accounts_membership_change", args=[own.pk]), {"role": "viewer"}
    )
    removed = owner.post(
        reverse("admin:accounts_membership_delete", args=[own.pk]), {"post": "yes"}, follow=True
    )

    member.refresh_from_db()
    assert member.role == Role.MANAGER
    assert "A team needs an owner" in lowered.text
    assert "A team needs an owner" in removed.text
    assert Membership.objects.filter(pk=own.pk).exists()


def test_a_viewer_looks_and_changes_nothing(choir, steward):
    own = MembershipFactory(organizer=choir, user=steward, role=Role.VIEWER)
    client = signed_in(steward)
    page = reverse("admin:accounts_membership_change", args=[own.pk])

    assert client.get(page).status_code == 200
    assert client.post(page, {"role": "owner"}).status_code == 403
    assert client.get(reverse("admin:accounts_invitation_add")).status_code == 403


def test_staff_approve_and_close_organizers(choir, staff_client, owner):
    Organizer.objects.update(status=OrganizerStatus.PENDING)
    page = reverse("admin:accounts_organizer_changelist")

    owner.post(page, {"action": "approve", "_selected_action": [choir.pk]})
    choir.refresh_from_db()
    assert choir.status == OrganizerStatus.PENDING
    staff_client.post(page, {"action": "approve", "_selected_action": [choir.pk]})

    choir.refresh_from_db()
    assert choir.status == OrganizerStatus.ACTIVE


def test_staff_deactivate_somebody_who_is_out_at_once(staff, staff_client, attendee):
    theirs = signed_in(attendee)
    page = reverse("admin:accounts_user_changelist")

    staff_client.post(
        page, {"action": "deactivate", "_selected_action": [attendee.pk, staff.pk]}, follow=True
    )

    assert list(User.objects.filter(is_active=False)) == [attendee]
    assert theirs.get("/account/").status_code == 302


def test_the_list_of_people_says_how_many_there_are(staff_client):
    UserFactory(is_verified=False)

    page = staff_client.get("/admin/accounts/user/")

    numbers = page.context["numbers"]
    assert (numbers.people, numbers.verified, numbers.with_second_factor) == (2, 1, 0)


@pytest.mark.parametrize("name", ["organizer", "membership"])
def test_lists_cost_the_same_however_long(choir, owner, organizer, name):
    def one_more():
        MembershipFactory(organizer=OrganizerFactory(), user=organizer)

    assert_cost_is_constant(one_more, lambda: owner.get(f"/admin/accounts/{name}/"))


def test_25_the_back_office_can_have_a_host_of_its_own(owner, settings):
    settings.ADMIN_HOST = "office.example.org"
    settings.ALLOWED_HOSTS = ["testserver", "office.example.org"]

    assert owner.get("/admin/").status_code == 404
    assert owner.get("/admin/", headers={"host": "office.example.org"}).status_code == 200
    elsewhere = owner.get("/imprint/", headers={"host": "office.example.org"})
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, "http://testserver/imprint/")
