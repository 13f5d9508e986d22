from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Model, Q, QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.domain.organizers import rename_organizer, set_status, start_organizer
from accounts.domain.permissions import scope
from accounts.domain.teams import change_role, invite, remove_member, withdraw_invitation
from accounts.enums import OrganizerStatus, Role
from accounts.models import Invitation, Membership, Organizer
from accounts.permissions import Permission
from ticketing.core.errors import DomainError
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm

STATUS_COLOURS = {
    OrganizerStatus.ACTIVE: "success",
    OrganizerStatus.PENDING: "warning",
    OrganizerStatus.CLOSED: "danger",
}


class OrganizerForm(UseCaseForm):
    def act(self, row: Organizer | None) -> Organizer:
        by, name, now = person_of(self.request), self.cleaned_data["name"], timezone.now()
        if row is None:
            return start_organizer(name=name, by=by, now=now)
        rename_organizer(row, name=name, by=by, now=now)
        return row


@admin.register(Organizer)
class OrganizerAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = OrganizerForm
    organizer_path = ""
    to_see, to_change = Permission.SEE_TEAM, Permission.EDIT_ORGANIZER
    list_display = ["name", "slug", "shown_status", "members", "started_at"]
    list_filter = ["status", "started_at"]
    search_fields = ["name", "slug"]
    readonly_fields = ["slug", "status", "started_at", "started_by"]
    actions = ["approve", "close"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organizer]:
        rows: QuerySet[Organizer] = super().get_queryset(request)
        return rows.annotate(members_count=Count("memberships"))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["name", *self.readonly_fields] if obj else ["name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # closing one keeps what it sold

    @display(description=_("members"), ordering="members_count")
    def members(self, organizer: Any) -> int:
        return int(organizer.members_count)

    @display(description=_("status"), label=STATUS_COLOURS, ordering="status")
    def shown_status(self, organizer: Organizer) -> tuple[str, str]:
        return organizer.status, organizer.get_status_display()

    def has_staff_permission(self, request: HttpRequest) -> bool:
        return person_of(request).is_staff

    @admin.action(description=_("Approve"), permissions=["staff"])
    def approve(self, request: HttpRequest, rows: QuerySet[Organizer]) -> None:
        self.move(request, rows, OrganizerStatus.ACTIVE)

    @admin.action(
        description=_("Close: nobody but staff sees them any more"), permissions=["staff"]
    )
    def close(self, request: HttpRequest, rows: QuerySet[Organizer]) -> None:
        self.move(request, rows, OrganizerStatus.CLOSED)

    def move(
        self, request: HttpRequest, rows: QuerySet[Organizer], status: OrganizerStatus
    ) -> None:
        for organizer in rows:
            set_status(organizer, status=status, by=person_of(request), now=timezone.now())
        number = len(rows)
        text = ngettext("%(n)d organizer is changed.", "%(n)d organizers are changed.", number)
        messages.success(request, text % {"n": number})


class MembershipForm(UseCaseForm):
    role = ChoiceField(label=_("role"), choices=Role.choices)

    def act(self, row: Membership | None) -> Membership:
        assert row is not None
        role = Role(self.cleaned_data["role"])
        change_role(row, role=role, by=person_of(self.request), now=timezone.now())
        return row


@admin.register(Membership)
class MembershipAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = MembershipForm
    to_see, to_change = Permission.SEE_TEAM, Permission.MANAGE_TEAM
    list_display = ["user", "organizer", "role", "joined_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organizer"]
    search_fields = ["user__email", "user__name", "organizer__name"]
    fields = ["organizer", "user", "role", "joined_at"]
    readonly_fields = ["organizer", "user", "joined_at"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # one joins by an invitation

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            messages.error(request, str(error))
            return self.response_post_save_change(request, None)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_member(obj, by=person_of(request), now=timezone.now())


class InvitationForm(UseCaseForm):
    def act(self, row: Invitation | None) -> Invitation:
        assert row is None
        return invite(
            self.cleaned_data["organizer"],
            email=self.cleaned_data["email"],
            role=Role(self.cleaned_data["role"]),
            by=person_of(self.request),
            now=timezone.now(),
        )


@admin.register(Invitation)
class InvitationAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = InvitationForm
    to_see, to_change = Permission.SEE_TEAM, Permission.MANAGE_TEAM
    list_display = ["email", "organizer", "role", "state", "invited_by", "invited_at"]
    list_filter = ["role"]
    list_select_related = ["organizer", "invited_by"]
    search_fields = ["email", "organizer__name"]
    fields = ["organizer", "email", "role"]
    actions = ["withdraw"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Django asks this for actions too; a single invitation is looked at, not changed.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The role that gives least; the organizer, when there is but one to choose."""
        rows = scope(Organizer.objects.all(), person_of(request), self.to_change, organizer="")
        mine = list(rows[:2])
        only = {"organizer": mine[0].pk} if len(mine) == 1 else {}
        return {"role": Role.VIEWER, **only, **super().get_changeform_initial_data(request)}

    @display(
        description=_("state"),
        label={"open": "info", "accepted": "success", "withdrawn": "warning", "over": "warning"},
    )
    def state(self, invitation: Invitation) -> tuple[str, Any]:
        if invitation.accepted_at:
            return "accepted", _("accepted")
        if invitation.withdrawn_at:
            return "withdrawn", _("withdrawn")
        is_over = invitation.expires_at <= timezone.now()
        return ("over", _("has run out")) if is_over else ("open", _("open"))

    @admin.action(description=_("Withdraw"), permissions=["change"])
    def withdraw(self, request: HttpRequest, rows: QuerySet[Invitation]) -> None:
        number = 0
        for invitation in rows.filter(Q(accepted_at=None), Q(withdrawn_at=None)):
            try:
                withdraw_invitation(invitation, by=person_of(request), now=timezone.now())
            except DomainError as error:
                messages.error(request, f"{invitation.email}: {error}")
            else:
                number += 1
        text = ngettext("%(n)d invitation is withdrawn.", "%(n)d are withdrawn.", number)
        messages.success(request, text % {"n": number})
