"""Who belongs to an organizer's team, and how one comes to. Changes lock the organizer, so that
two owners who take each other out at once cannot leave a team without one."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot, require, role_of
from accounts.enums import Role
from accounts.models import Invitation, Membership, Organizer, User
from accounts.notifications.domain.messages import notify
from accounts.permissions import MANAGES, Permission
from accounts.queries import is_verified
from ticketing.core.errors import Conflict, NotAllowed, NotThere
from ticketing.core.site import site_address

DAYS_OF_AN_INVITATION = 7


class AlreadyInTeam(Conflict):
    code = "already_in_team"
    message = _("This person is in the team already.")


class LastOwner(Conflict):
    code = "last_owner"
    message = _("A team needs an owner. Make somebody else one first.")


class InvitationGone(NotThere):
    code = "invitation_gone"
    message = _("This invitation was used, withdrawn or has run out. Please ask for a new one.")


class MeantForAnother(NotAllowed):
    code = "meant_for_another"
    message = _("This invitation was sent to another address than the one you are signed in with.")


def invite(organizer: Organizer, *, email: str, role: Role, by: User, now: datetime) -> Invitation:
    """Send somebody a link into the team. A new invitation takes the place of an open one.

    Raises RoleMayNot for a role that one may not give, AlreadyInTeam.
    """
    require(by, Permission.MANAGE_TEAM, organizer)
    require_to_manage(role, organizer, by=by)
    email = email.strip().lower()
    key = secrets.token_urlsafe(32)
    with transaction.atomic():
        lock(organizer)
        if Membership.objects.filter(organizer=organizer, user__email=email).exists():
            raise AlreadyInTeam(field="email")
        Invitation.objects.waiting().filter(organizer=organizer, email=email).update(
            withdrawn_at=now
        )
        invitation = Invitation.objects.create(
            organizer=organizer,
            email=email,
            role=role,
            digest=digest_of(key),
            invited_at=now,
            invited_by=by,
            expires_at=now + timedelta(days=DAYS_OF_AN_INVITATION),
        )
        audit(
            invitation.organizer,
            "team.invited",
            by=by,
            after={"email": email, "role": role},
            now=now,
        )
        send_invitation(invitation, key, by=by, now=now)
    return invitation


def send_invitation(invitation: Invitation, key: str, *, by: User, now: datetime) -> None:
    known = User.objects.filter(email=invitation.email).first()
    language = known.locale if known else by.locale
    with translation.override(language):
        role = str(Role(invitation.role).label)
    notify(
        "invitation",
        to=invitation.email,
        key=f"invitation:{invitation.pk}",
        context={
            "link": site_address("invitation", key, language=language),
            "organizer": invitation.organizer.name,
            "role": role,
            "invited_by": str(by),
        },
        locale=language,
        now=now,
    )


def open_invitation(key: str, *, now: datetime) -> Invitation:
    """The invitation that a link leads to. Raises InvitationGone."""
    invitation = (
        Invitation.objects.waiting()
        .select_related("organizer", "invited_by")
        .filter(digest=digest_of(key), expires_at__gt=now)
        .first()
    )
    if invitation is None or not invitation.organizer.is_active:
        raise InvitationGone
    return invitation


@transaction.atomic
def accept_invitation(key: str, *, by: User, now: datetime) -> Membership:
    """Join the team that invited the address one is signed in with, in the role it named."""
    invitation = open_invitation(key, now=now)
    lock(invitation.organizer)
    if invitation.email != by.email or not is_verified(by):
        raise MeantForAnother
    has_accepted = Invitation.objects.waiting().filter(pk=invitation.pk).update(accepted_at=now)
    if not has_accepted:
        raise InvitationGone
    membership, _is_new = Membership.objects.get_or_create(
        organizer=invitation.organizer,
        user=by,
        defaults={"role": invitation.role, "joined_at": now},
    )
    audit(invitation.organizer, "team.joined", by=by, after={"role": membership.role}, now=now)
    return membership


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, now: datetime) -> None:
    require(by, Permission.MANAGE_TEAM, invitation.organizer)
    has_withdrawn = Invitation.objects.waiting().filter(pk=invitation.pk).update(withdrawn_at=now)
    if not has_withdrawn:
        raise InvitationGone
    email = invitation.email
    audit(
        invitation.organizer, "team.invitation_withdrawn", by=by, before={"email": email}, now=now
    )


@transaction.atomic
def change_role(membership: Membership, *, role: Role, by: User, now: datetime) -> None:
    """Give a member another role. Raises RoleMayNot, LastOwner."""
    organizer = membership.organizer
    require(by, Permission.MANAGE_TEAM, organizer)
    lock(organizer)
    membership.refresh_from_db()
    before = Role(membership.role)
    require_to_manage(before, organizer, by=by)
    require_to_manage(role, organizer, by=by)
    if before == Role.OWNER != role:
        require_another_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    audit(
        organizer,
        "team.role_changed",
        by=by,
        on=membership.user,
        before={"role": before},
        after={"role": role},
        now=now,
    )


@transaction.atomic
def remove_member(membership: Membership, *, by: User, now: datetime) -> None:
    """Take somebody out of the team; anyone may leave. Raises RoleMayNot, LastOwner."""
    organizer = membership.organizer
    lock(organizer)
    membership = Membership.objects.select_related("user").get(pk=membership.pk)
    if membership.user_id != by.pk:
        require(by, Permission.MANAGE_TEAM, organizer)
        require_to_manage(Role(membership.role), organizer, by=by)
    if membership.role == Role.OWNER:
        require_another_owner(membership)
    before = {"role": membership.role}
    membership.delete()
    audit(organizer, "team.left", by=by, on=membership.user, before=before, now=now)


def require_to_manage(role: Role, organizer: Organizer, *, by: User) -> None:
    own = role_of(by, organizer)
    if not by.is_staff and role not in MANAGES.get(own or Role.VIEWER, frozenset()):
        raise RoleMayNot(field="role") if own else NoSuchOrganizer


def require_another_owner(membership: Membership) -> None:
    others = Membership.objects.filter(organizer=membership.organizer, role=Role.OWNER)
    if not others.exclude(pk=membership.pk).exists():
        raise LastOwner


def lock(organizer: Organizer) -> None:
    Organizer.objects.select_for_update().get(pk=organizer.pk)


def digest_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def audit(
    organizer: Organizer,
    action: str,
    *,
    by: User,
    on: User | None = None,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    now: datetime,
) -> None:
    record(
        action=action,
        by=by,
        on=on or organizer,
        organizer=organizer.pk,
        before=before or {},
        after=after or {},
        now=now,
    )
