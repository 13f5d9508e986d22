"""Whether somebody may, asked of the database each time: a change acts at the next request.

Who has nothing to do with an organizer is told that it is not there (`NotThere`); who belongs to
the team but may not is told so (`NotAllowed`).
"""

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain.second_factor import require_second_factor
from accounts.enums import OrganizerStatus, Role
from accounts.models import Membership, Organizer, User
from accounts.permissions import Permission, roles_with
from ticketing.core.errors import NotAllowed, NotThere


class RoleMayNot(NotAllowed):
    code = "not_allowed"
    message = _("Your role in this team does not include this. An owner can change that.")


class NoSuchOrganizer(NotThere):
    code = "not_found"
    message = _("This organizer is not here, or not yours to see.")


def role_of(user: User, organizer: Organizer) -> Role | None:
    role = Membership.objects.filter(organizer=organizer, user=user).values_list("role", flat=True)
    found = role.first()
    return Role(found) if found else None


def may(user: User, permission: Permission, organizer: Organizer) -> bool:
    return scope(Organizer.objects.filter(pk=organizer.pk), user, permission, organizer="").exists()


def require(by: User, permission: Permission, organizer: Organizer) -> None:
    """Stop who may not. Owners and the platform's staff need their second factor to act."""
    if not may(by, permission, organizer):
        raise RoleMayNot if role_of(by, organizer) else NoSuchOrganizer
    require_second_factor(by)


def scope[Row: Model](
    rows: QuerySet[Row], user: User, permission: Permission, *, organizer: str = "organizer"
) -> QuerySet[Row]:
    """The rows whose organizer gives this person this permission; the platform's staff see all.

    `organizer` is the path from a row to its organizer, empty for organizers themselves.
    """
    if not user.is_active:
        return rows.none()
    if user.is_staff:
        return rows
    team = Membership.objects.filter(
        organizer=OuterRef(f"{organizer}_id" if organizer else "pk"),
        user=user,
        role__in=roles_with(permission),
    )
    prefix = f"{organizer}__" if organizer else ""
    is_open = ~Q(**{f"{prefix}status": OrganizerStatus.CLOSED})
    return rows.filter(is_open, Exists(team))
