"""What a team sees of the back office: its own rows, by its members' roles."""

from typing import Any, ClassVar, NoReturn

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from unfold.admin import ModelAdmin

from accounts.domain.permissions import scope
from accounts.enums import Role
from accounts.models import Organizer, User
from accounts.permissions import PERMISSIONS_OF, Permission
from accounts.queries import memberships_of


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def permissions_somewhere(request: HttpRequest) -> frozenset[Permission]:
    """What the person may in at least one team; asked once per request."""
    known: frozenset[Permission] | None = getattr(request, "permissions_somewhere", None)
    if known is None:
        user = person_of(request)
        roles = [Role(one.role) for one in memberships_of(user)]
        known = frozenset().union(*(PERMISSIONS_OF[role] for role in roles))
        known = frozenset(Permission) if user.is_staff else known
        request.permissions_somewhere = known  # type: ignore[attr-defined] # for this request alone
    return known


class TeamScopedAdmin(ModelAdmin):
    """Rows of one's organizers alone. `to_see` shows them, `to_change` lets one act."""

    organizer_path: ClassVar[str] = "organizer"
    to_see: ClassVar[Permission]
    to_change: ClassVar[Permission]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows_with(self.to_see, request)

    def rows_with(self, permission: Permission, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return scope(rows, person_of(request), permission, organizer=self.organizer_path)

    def _get_obj_does_not_exist_redirect(self, *_args: Any) -> NoReturn:
        """Django would lead to the front page with a message; what is not there is not there."""
        raise Http404

    def has(self, permission: Permission, request: HttpRequest, row: Model | None) -> bool:
        if permission not in permissions_somewhere(request):
            return False
        return row is None or self.has_row(permission, request, row)

    def has_row(self, permission: Permission, request: HttpRequest, row: Model) -> bool:
        """A page asks for each of its inlines and their rows; the database is asked once."""
        known: set[Any] = request.__dict__.setdefault("rows_with_permission", set())
        key = (type(self), permission, row.pk)
        if key not in known and self.rows_with(permission, request).filter(pk=row.pk).exists():
            known.add(key)
        return key in known

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.to_see in permissions_somewhere(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has(self.to_see, request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has(self.to_change, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has(self.to_change, request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.to_change in permissions_somewhere(request)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Only organizers that one may act for can be chosen."""
        if request is not None and db_field.related_model is Organizer:
            kwargs["queryset"] = scope(
                Organizer.objects.all(), person_of(request), self.to_change, organizer=""
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
