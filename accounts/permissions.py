"""Who in a team may do what: the one place that names permissions and gives them to roles."""

from collections.abc import Mapping
from enum import StrEnum

from accounts.enums import Role


class Permission(StrEnum):
    SEE_EVENTS = "see_events"
    EDIT_EVENTS = "edit_events"
    SEE_BOOKINGS = "see_bookings"
    """Who comes, with names and addresses."""
    EDIT_BOOKINGS = "edit_bookings"
    SEE_MONEY = "see_money"
    REFUND = "refund"
    TAKE_MONEY = "take_money"
    """Enter what was paid to the team itself, and so hand out what it bought."""
    WORK_AT_THE_DOOR = "work_at_the_door"
    SEE_TEAM = "see_team"
    MANAGE_TEAM = "manage_team"
    EDIT_ORGANIZER = "edit_organizer"
    SEE_AUDIT = "see_audit"


P = Permission
PERMISSIONS_OF: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission) - {P.REFUND, P.EDIT_ORGANIZER},
    Role.FINANCE: frozenset(
        {P.SEE_EVENTS, P.SEE_BOOKINGS, P.SEE_MONEY, P.REFUND, P.TAKE_MONEY, P.SEE_TEAM}
    ),
    Role.DOOR: frozenset({P.WORK_AT_THE_DOOR}),
    Role.VIEWER: frozenset({P.SEE_EVENTS, P.SEE_BOOKINGS, P.SEE_TEAM}),
}
# Roles that a role may give and take away.
MANAGES: Mapping[Role, frozenset[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.MANAGER: frozenset(Role) - {Role.OWNER},
}
# The door is worked at with the scanner's page alone.
ROLES_OF_THE_BACK_OFFICE = frozenset(Role) - {Role.DOOR}


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, permissions in PERMISSIONS_OF.items() if permission in permissions]
