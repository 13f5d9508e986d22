from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.admin.scoped import person_of
from accounts.audit.admin import AuditedAdmin
from accounts.domain.people import deactivate, reactivate, sign_out_everywhere
from accounts.models import Membership, User
from accounts.queries import people_in_numbers, with_second_factor
from ticketing.core.errors import DomainError

# allauth's own pages would show seeds of second factors and change addresses behind our rules.
admin.site.unregister([Authenticator, EmailAddress, UserSession])
admin.site.unregister(Group)  # what people may do comes from their role in a team


class TeamsInline(TabularInline):
    model = Membership
    fields = readonly_fields = ["organizer", "role", "joined_at"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("teams")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg] # generic in stubs alone
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_before_template = "admin/people_in_numbers.html"
    list_display = [
        "email", "name", "is_verified", "has_second_factor", "is_active", "is_staff",
        "last_login", "joined_at",
    ]  # fmt: skip
    list_filter = ["is_active", "is_staff", "joined_at", "locale"]
    search_fields = ["email", "name"]
    ordering = ["-joined_at"]
    readonly_fields = ["is_active", "joined_at", "last_login", "erasure_asked_at"]
    filter_horizontal = ()
    inlines = [TeamsInline]
    actions = ["deactivate", "reactivate", "sign_out"]
    fieldsets = (
        (None, {"fields": ["email", "password", "name", "locale", "timezone"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("When"), {"fields": ["joined_at", "last_login", "erasure_asked_at"]}),
    )
    add_fieldsets = (
        (None, {"classes": ["wide"], "fields": ["email", "name", "password1", "password2"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        verified = EmailAddress.objects.filter(
            user=OuterRef("pk"), email=OuterRef("email"), verified=True
        )
        people: QuerySet[User] = with_second_factor(super().get_queryset(request))
        return people.annotate(address_is_verified=Exists(verified))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # An address is changed by who reads its mail.
        return [*self.readonly_fields, "email"] if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        # Until a link in a mail is opened nobody has shown that the address is theirs.
        if isinstance(obj, User) and not change:
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        numbers = people_in_numbers(now=timezone.now())
        return super().changelist_view(request, {"numbers": numbers, **(extra_context or {})})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # accounts are closed; erasing keeps what the law wants kept

    @display(description=_("verified"), boolean=True)
    def is_verified(self, user: Any) -> bool:
        return bool(user.address_is_verified)

    @display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user: Any) -> bool:
        return bool(user.second_factor)

    @admin.action(description=_("Deactivate: signed out at once, and not let in again"))
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.act_on_each(request, people, deactivate)

    @admin.action(description=_("Let in again"))
    def reactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.act_on_each(request, people, reactivate)

    @admin.action(description=_("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.act_on_each(request, people, sign_out_everywhere)

    def act_on_each(
        self, request: HttpRequest, people: QuerySet[User], act: Callable[..., None]
    ) -> None:
        number = 0
        for user in people:
            try:
                act(user, by=person_of(request), now=timezone.now())
            except DomainError as error:
                messages.error(request, f"{user.email}: {error}")
            else:
                number += 1
        if number:
            text = ngettext("Done for %(n)d person.", "Done for %(n)d people.", number)
            messages.success(request, text % {"n": number})
