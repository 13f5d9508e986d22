"""The organizer's sign on its tickets: sent, looked at, taken away."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.permissions import Permission
from events.media.domain.logos import set_logo, take_logo_away
from events.media.kinds import PICTURES
from events.models import Logo
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm


class LogoForm(UseCaseForm):
    file = forms.FileField(
        label=_("Logo"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(PICTURES)}),
        help_text=_("JPEG, PNG, WebP or AVIF, best wide and on white. It is printed on tickets."),
    )

    def validate_unique(self) -> None:
        """Sending another takes the place of the first."""

    def act(self, row: Logo | None) -> Logo:
        organizer = row.organizer if row else self.cleaned_data["organizer"]
        by, now = person_of(self.request), timezone.now()
        return set_logo(organizer, self.cleaned_data["file"], by=by, now=now)


@admin.register(Logo)
class LogoAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = LogoForm
    to_see, to_change = Permission.SEE_TEAM, Permission.EDIT_ORGANIZER
    list_display = ("organizer", "shown")
    list_select_related = ("organizer",)
    search_fields = ("organizer__name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("organizer", "file")
        return ("organizer", "shown", "file") if self.has_change_permission(request, obj) else (
            "organizer", "shown",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("organizer", "shown") if obj else ()

    @admin.display(description=_("on the ticket"))
    def shown(self, logo: Logo) -> SafeString:
        return format_html('<img src="{}" alt="" class="office-logo">', logo.address)

    def delete_model(self, request: HttpRequest, obj: Logo) -> None:
        take_logo_away(obj.organizer, by=person_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for one in queryset.select_related("organizer"):
            self.delete_model(request, one)
