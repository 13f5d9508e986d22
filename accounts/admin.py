from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.domain.legal_texts import publish_legal_text
from accounts.models import LegalText, User

admin.site.unregister(Group)  # what people may do comes from their role in a team


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg] # generic in stubs alone
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "name", "is_active", "is_staff", "joined_at"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    ordering = ["-joined_at"]
    readonly_fields = ["joined_at", "last_login"]
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ["email", "password", "name", "locale"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("When"), {"fields": ["joined_at", "last_login"]}),
    )
    add_fieldsets = (
        (None, {"classes": ["wide"], "fields": ["email", "name", "password1", "password2"]}),
    )


@admin.register(LegalText)
class LegalTextAdmin(ModelAdmin):
    list_display = ["__str__", "changed_at", "changed_by"]
    list_filter = ["kind", "language"]
    list_select_related = ["changed_by"]
    readonly_fields = ["changed_at", "changed_by"]

    def get_fields(self, request: HttpRequest, obj: LegalText | None = None) -> list[str]:
        written = ["kind", "language", "body"]
        return [*written, *self.readonly_fields] if obj else written

    def save_model(
        self, request: HttpRequest, obj: LegalText, form: "ModelForm[LegalText]", change: Any
    ) -> None:
        assert isinstance(request.user, User)
        publish_legal_text(obj, by=request.user, now=timezone.now())
