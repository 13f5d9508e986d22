import pytest

from accounts.domain.people import StaffAlone, require_staff
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot, may, require, scope
from accounts.domain.second_factor import SecondFactorRequired
from accounts.enums import OrganizerStatus, Role
from accounts.models import Membership, Organizer
from accounts.permissions import PERMISSIONS_OF, Permission
from tests.factories import MembershipFactory, OrganizerFactory
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def choir():
    return OrganizerFactory(name="Village choir", slug="village-choir")


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_exactly_what_the_table_says(choir, attendee, role, permission):
    MembershipFactory(organizer=choir, user=attendee, role=role)

    assert may(attendee, permission, choir) is (permission in PERMISSIONS_OF[role])


def test_23_the_door_may_work_at_the_door_and_see_nobody_s_address():
    assert PERMISSIONS_OF[Role.DOOR] == {Permission.WORK_AT_THE_DOOR}


def test_every_role_has_its_line_in_the_table():
    assert set(PERMISSIONS_OF) == set(Role)


def test_19_a_stranger_is_told_that_it_is_not_there_and_a_member_that_they_may_not(
    choir, stranger, steward
):
    MembershipFactory(organizer=choir, user=steward, role=Role.DOOR)

    with pytest.raises(NoSuchOrganizer):
        require(stranger, Permission.SEE_EVENTS, choir)
    with pytest.raises(RoleMayNot):
        require(steward, Permission.SEE_EVENTS, choir)


def test_26_a_changed_role_acts_at_the_next_question(choir, attendee):
    membership = MembershipFactory(organizer=choir, user=attendee, role=Role.OWNER)
    assert may(attendee, Permission.REFUND, choir)

    Membership.objects.filter(pk=membership.pk).update(role=Role.VIEWER)

    assert not may(attendee, Permission.REFUND, choir)


def test_who_is_not_active_may_nothing(choir, attendee):
    MembershipFactory(organizer=choir, user=attendee, role=Role.OWNER)
    attendee.is_active = False

    assert not may(attendee, Permission.SEE_EVENTS, choir)


def test_in_a_closed_organizer_only_the_platform_s_staff_may(choir, attendee, staff):
    MembershipFactory(organizer=choir, user=attendee, role=Role.OWNER)
    choir.status = OrganizerStatus.CLOSED
    choir.save()

    assert [may(one, Permission.SEE_EVENTS, choir) for one in (attendee, staff)] == [False, True]


def test_20_the_scope_shows_what_one_may_see_and_no_sibling(choir, attendee, staff):
    MembershipFactory(organizer=choir, user=attendee, role=Role.VIEWER)
    other = MembershipFactory(user=attendee, role=Role.DOOR)
    unknown = OrganizerFactory()

    seen = scope(Organizer.objects.all(), attendee, Permission.SEE_EVENTS, organizer="")

    assert set(seen) == {choir}
    team = scope(Membership.objects.all(), attendee, Permission.SEE_TEAM)
    assert set(team.values_list("organizer", flat=True)) == {choir.pk}
    assert set(scope(Organizer.objects.all(), staff, Permission.SEE_EVENTS, organizer="")) == {
        choir, other.organizer, unknown,
    }  # fmt: skip


def test_a_permission_costs_one_statement(choir, attendee):
    MembershipFactory(organizer=choir, user=attendee)

    assert len(queries_of(lambda: may(attendee, Permission.SEE_EVENTS, choir))) == 1


def test_14_an_owner_acts_with_a_second_factor_alone_where_it_is_required(
    choir, attendee, steward, settings
):
    MembershipFactory(organizer=choir, user=attendee, role=Role.OWNER)
    MembershipFactory(organizer=choir, user=steward, role=Role.DOOR)
    settings.REQUIRE_MFA = True

    with pytest.raises(SecondFactorRequired):
        require(attendee, Permission.EDIT_EVENTS, choir)
    require(steward, Permission.WORK_AT_THE_DOOR, choir)
    attendee.authenticator_set.create(type="totp", data={})
    require(attendee, Permission.EDIT_EVENTS, choir)


def test_14_staff_acts_with_a_second_factor_alone_where_it_is_required(staff, attendee, settings):
    settings.REQUIRE_MFA = True

    with pytest.raises(StaffAlone):
        require_staff(attendee)
    with pytest.raises(SecondFactorRequired):
        require_staff(staff)
    staff.authenticator_set.create(type="totp", data={})
    require_staff(staff)
