from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.domain.legal_texts import publish_legal_text
from accounts.models import LegalText, User


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
