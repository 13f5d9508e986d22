from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain.organizers import (
    NameNeeded,
    OrganizersClosed,
    TooManyOrganizers,
    set_status,
    start_organizer,
)
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.domain.teams import (
    AlreadyInTeam,
    InvitationGone,
    LastOwner,
    MeantForAnother,
    accept_invitation,
    change_role,
    invite,
    remove_member,
    withdraw_invitation,
)
from accounts.enums import OrganizerStatus, Role
from accounts.models import Invitation, Membership, Organizer
from tests.factories import MembershipFactory, OrganizerFactory, UserFactory
from tests.kit.mails import key_of_last, last_message
from tests.kit.races import race

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def choir():
    return OrganizerFactory(name="Village choir", slug="village-choir")


@pytest.fixture
def owner(choir, organizer):
    MembershipFactory(organizer=choir, user=organizer, role=Role.OWNER)
    return organizer


@pytest.fixture
def manager(choir):
    return MembershipFactory(organizer=choir, role=Role.MANAGER).user


def key_of_invitation():
    return key_of_last("invitation")


def test_who_starts_an_organizer_owns_it(attendee):
    choir = start_organizer(name="  Village   choir ", by=attendee, now=NOW)

    assert (choir.name, choir.slug, choir.status) == ("Village choir", "village-choir", "active")
    assert choir.memberships.get().role == Role.OWNER


def test_a_second_organizer_of_the_same_name_gets_another_address(attendee, choir):
    second = start_organizer(name="Village choir", by=attendee, now=NOW)

    assert second.slug.startswith("village-choir-")


@pytest.mark.parametrize("name", ["合唱団", "Хор", "--- choir"])
def test_a_name_in_any_script_gets_an_address(attendee, name):
    assert start_organizer(name=name, by=attendee, now=NOW).slug


def test_a_name_that_is_none_is_refused(attendee):
    with pytest.raises(NameNeeded):
        start_organizer(name=" -!- ", by=attendee, now=NOW)


def test_where_approval_is_asked_an_organizer_waits_for_the_staff(attendee, staff, settings):
    settings.ORGANIZER_SIGNUP = "approval"

    choir = start_organizer(name="Village choir", by=attendee, now=NOW)

    assert choir.status == OrganizerStatus.PENDING
    set_status(choir, status=OrganizerStatus.ACTIVE, by=staff, now=NOW)
    assert Organizer.objects.get().is_active


def test_where_organizers_are_closed_nobody_but_staff_starts_one(attendee, staff, settings):
    settings.ORGANIZER_SIGNUP = "closed"

    with pytest.raises(OrganizersClosed):
        start_organizer(name="Village choir", by=attendee, now=NOW)
    assert start_organizer(name="Village choir", by=staff, now=NOW).is_active


def test_nobody_starts_more_than_twenty(attendee):
    OrganizerFactory.create_batch(20, started_by=attendee)

    with pytest.raises(TooManyOrganizers):
        start_organizer(name="One more", by=attendee, now=NOW)


def test_an_invited_steward_joins_by_the_link_in_the_mail(choir, owner, steward):
    invite(choir, email="Steward@Example.org", role=Role.DOOR, by=owner, now=NOW)

    accept_invitation(key_of_invitation(), by=steward, now=NOW)

    assert Membership.objects.get(organizer=choir, user=steward).role == Role.DOOR
    assert last_message("invitation").address == "steward@example.org"


def test_an_invitation_works_once_for_its_address_and_for_a_week(choir, owner, steward, stranger):
    invite(choir, email=steward.email, role=Role.DOOR, by=owner, now=NOW)
    key = key_of_invitation()

    with pytest.raises(MeantForAnother):
        accept_invitation(key, by=stranger, now=NOW)
    with pytest.raises(InvitationGone):
        accept_invitation(key, by=steward, now=NOW + timedelta(days=7))
    with pytest.raises(InvitationGone):
        accept_invitation("nonsense", by=steward, now=NOW)
    accept_invitation(key, by=steward, now=NOW)
    with pytest.raises(InvitationGone):
        accept_invitation(key, by=steward, now=NOW)


def test_a_new_invitation_takes_the_place_of_the_old_one(choir, owner, steward):
    invite(choir, email=steward.email, role=Role.DOOR, by=owner, now=NOW)
    old_key = key_of_invitation()

    invite(choir, email=steward.email, role=Role.VIEWER, by=owner, now=NOW)

    with pytest.raises(InvitationGone):
        accept_invitation(old_key, by=steward, now=NOW)
    assert accept_invitation(key_of_invitation(), by=steward, now=NOW).role == Role.VIEWER


def test_a_withdrawn_invitation_is_gone(choir, owner, steward):
    invitation = invite(choir, email=steward.email, role=Role.DOOR, by=owner, now=NOW)

    withdraw_invitation(invitation, by=owner, now=NOW)

    with pytest.raises(InvitationGone):
        accept_invitation(key_of_invitation(), by=steward, now=NOW)


def test_an_address_that_is_not_verified_does_not_join(choir, owner):
    newcomer = UserFactory(email="new@example.org", is_verified=False)
    invite(choir, email=newcomer.email, role=Role.DOOR, by=owner, now=NOW)

    with pytest.raises(MeantForAnother):
        accept_invitation(key_of_invitation(), by=newcomer, now=NOW)


def test_who_is_in_the_team_is_not_invited_again(choir, owner, manager):
    with pytest.raises(AlreadyInTeam):
        invite(choir, email=manager.email, role=Role.OWNER, by=owner, now=NOW)


def test_a_manager_gives_every_role_but_the_owner_s(choir, owner, manager, steward):
    invite(choir, email=steward.email, role=Role.DOOR, by=manager, now=NOW)

    with pytest.raises(RoleMayNot):
        invite(choir, email="x@example.org", role=Role.OWNER, by=manager, now=NOW)
    with pytest.raises(RoleMayNot):
        change_role(choir.memberships.get(user=manager), role=Role.OWNER, by=manager, now=NOW)
    with pytest.raises(RoleMayNot):
        remove_member(choir.memberships.get(user=owner), by=manager, now=NOW)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.DOOR, Role.VIEWER])
def test_other_roles_invite_nobody(choir, role):
    member = MembershipFactory(organizer=choir, role=role).user

    with pytest.raises(RoleMayNot):
        invite(choir, email="x@example.org", role=Role.VIEWER, by=member, now=NOW)


def test_19_a_stranger_changes_nothing_in_a_team(choir, owner, stranger):
    membership = choir.memberships.get(user=owner)

    with pytest.raises(NoSuchOrganizer):
        invite(choir, email="x@example.org", role=Role.VIEWER, by=stranger, now=NOW)
    with pytest.raises(NoSuchOrganizer):
        change_role(membership, role=Role.VIEWER, by=stranger, now=NOW)
    with pytest.raises(NoSuchOrganizer):
        remove_member(membership, by=stranger, now=NOW)


def test_anyone_may_leave_but_the_last_owner(choir, owner, manager):
    remove_member(choir.memberships.get(user=manager), by=manager, now=NOW)

    with pytest.raises(LastOwner):
        remove_member(choir.memberships.get(user=owner), by=owner, now=NOW)
    with pytest.raises(LastOwner):
        change_role(choir.memberships.get(user=owner), role=Role.VIEWER, by=owner, now=NOW)
    assert choir.memberships.get().user == owner


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one_behind():
    choir = OrganizerFactory()
    owners = MembershipFactory.create_batch(2, organizer=choir, role=Role.OWNER)

    got = race(2, lambda n: remove_member(owners[n], by=owners[n].user, now=NOW))

    assert sorted(type(one).__name__ for one in got) == ["LastOwner", "NoneType"]
    assert choir.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_twice_at_once_makes_one_member():
    choir = MembershipFactory(role=Role.OWNER).organizer
    steward = UserFactory()
    owner = choir.memberships.get().user
    invite(choir, email=steward.email, role=Role.DOOR, by=owner, now=NOW)
    key = key_of_invitation()

    got = race(4, lambda _: accept_invitation(key, by=steward, now=NOW))

    assert sum(isinstance(one, Membership) for one in got) == 1
    assert sum(isinstance(one, InvitationGone) for one in got) == 3
    assert Invitation.objects.get().accepted_at is not None
