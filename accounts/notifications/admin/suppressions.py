from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import CharField, EmailField, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminEmailInputWidget

from accounts.notifications.domain.addresses import mailbox
from accounts.notifications.domain.suppressions import clear_suppression, suppress_address
from accounts.notifications.enums import SuppressionReason
from accounts.notifications.models import Suppression


class SuppressionForm(ModelForm):  # type: ignore[type-arg] # generic in stubs alone
    address: CharField = EmailField(
        label=_("Address"), max_length=254, widget=UnfoldAdminEmailInputWidget
    )

    class Meta:
        model = Suppression
        fields = ["address"]

    def clean_address(self) -> str:
        return mailbox(self.cleaned_data["address"])


@admin.register(Suppression)
class SuppressionAdmin(ModelAdmin):
    form = SuppressionForm
    list_display = ["address", "reason", "suppressed_at", "cleared_at", "cleared_by"]
    list_filter = ["reason", ("cleared_at", admin.EmptyFieldListFilter), "suppressed_at"]
    list_select_related = ["cleared_by"]
    search_fields = ["^address"]
    search_help_text = _("The beginning of an address")
    readonly_fields = ["reason", "words", "suppressed_at", "cleared_at", "cleared_by"]
    actions = ["write_again"]

    def get_fields(self, request: HttpRequest, obj: Suppression | None = None) -> list[str]:
        return ["address", *self.readonly_fields] if obj else ["address"]

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def has_clear_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_suppression")

    def save_model(
        self, request: HttpRequest, obj: Suppression, form: "ModelForm[Suppression]", change: Any
    ) -> None:
        kept = suppress_address(
            obj.address,
            reason=SuppressionReason.MANUAL,
            by=request.user,  # type: ignore[arg-type] # staff are signed in
            now=timezone.now(),
        )
        obj.pk = kept.pk

    @admin.action(description=_("Write to these addresses again"), permissions=["clear"])
    def write_again(self, request: HttpRequest, chosen: "QuerySet[Suppression]") -> None:
        now = timezone.now()
        cleared = sum(clear_suppression(one, by=request.user, now=now) for one in chosen)  # type: ignore[arg-type] # staff are signed in
        text = ngettext(
            "%d address is written to again.", "%d addresses are written to again.", cleared
        )
        self.message_user(request, text % cleared, messages.SUCCESS)
