from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.notifications.admin.previews import allow_frames, as_mail, frame
from accounts.notifications.domain.templates import (
    check_words,
    our_own_words,
    placeholders_of,
    preview,
    restore_words,
    save_words,
    words_for,
)
from accounts.notifications.kinds import UnknownKind, kind_named, kinds_by_mail
from accounts.notifications.models import TemplateOverride
from accounts.notifications.rendering.mail import Words
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

FRAME = "preview"


def known_kinds() -> list[tuple[str, Any]]:
    return [(kind.name, kind.title) for kind in kinds_by_mail()]


class WordsForm(forms.ModelForm):  # type: ignore[type-arg] # generic in stubs alone
    kind = forms.ChoiceField(
        label=_("Message"), choices=known_kinds, widget=UnfoldAdminSelectWidget
    )
    subject = forms.CharField(
        label=_("Subject"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16}),
        help_text=_("Markdown. A link that has a paragraph for itself becomes a button."),
    )

    class Meta:
        model = TemplateOverride
        fields = ["kind", "locale", "subject", "body"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind") or self.instance.kind
        locale = data.get("locale") or self.instance.locale
        if not (kind and locale):
            return data
        words = Words(data.get("subject", ""), data.get("body", ""))
        if not (words.subject or words.body):
            words = our_own_words(kind_named(kind), locale)
            data |= {"subject": words.subject, "body": words.body}
        try:
            check_words(kind_named(kind), words)
        except DomainError as error:
            add_to_form(self, error)
        return data


@admin.register(TemplateOverride)
class TemplateOverrideAdmin(ModelAdmin):
    form = WordsForm
    list_display = ["__str__", "subject", "changed_at", "changed_by"]
    list_filter = ["locale"]
    list_select_related = ["changed_by"]
    search_fields = ["kind", "subject"]

    def get_fields(self, request: HttpRequest, obj: TemplateOverride | None = None) -> list[str]:
        if obj is None:
            return ["kind", "locale", "subject", "body"]
        return [
            "title",
            "locale",
            "subject",
            "body",
            "placeholders",
            "how_it_looks",
            "changed_at",
            "changed_by",
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: TemplateOverride | None = None
    ) -> list[str]:
        if obj is None:
            return []
        return [
            "kind",
            "title",
            "locale",
            "placeholders",
            "how_it_looks",
            "changed_at",
            "changed_by",
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if obj is None:
            form.base_fields["body"].help_text = _(
                "Leave subject and text empty and save: then you begin with our words."
            )
        return form

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.preview_view)
        name = "notifications_templateoverride_preview"
        return [path("preview/<slug:kind>/<slug:locale>/", shown, name=name), *super().get_urls()]

    def render_change_form(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return allow_frames(super().render_change_form(*args, **kwargs))

    def preview_view(self, request: HttpRequest, kind: str, locale: str) -> HttpResponse:
        """The words of the form, or of the last change, with examples as values; saves nothing."""
        if not self.has_change_permission(request):
            raise Http404
        if locale not in dict(settings.LANGUAGES):
            raise Http404
        try:
            found = kind_named(kind)
            words = words_for(kind, locale)
            if request.method == "POST":
                words = Words(request.POST.get("subject", ""), request.POST.get("body", ""))
                check_words(found, words)
            mail = preview(found, locale, words)
        except UnknownKind:
            raise Http404 from None
        except DomainError as error:
            return as_mail(f"<p>{escape(str(error))}</p>")
        return as_mail(mail.html)

    @admin.display(description=_("message"))
    def title(self, override: TemplateOverride) -> str:
        return override.title

    @admin.display(description=_("placeholders"))
    def placeholders(self, override: TemplateOverride) -> Any:
        try:
            known = placeholders_of(kind_named(override.kind), override.locale)
        except UnknownKind:
            return _("Nothing sends this message any more.")
        return format_html_join("", "<p><code>{{{}}}</code> {}</p>", known.items())

    @admin.display(description=_("how it looks"))
    def how_it_looks(self, override: TemplateOverride) -> Any:
        address = reverse(
            "admin:notifications_templateoverride_preview", args=[override.kind, override.locale]
        )
        return format_html(
            '<p><button type="submit" formaction="{}" formtarget="{}" formnovalidate class="'
            'border border-base-200 font-medium rounded-default px-3 py-2">{}</button></p>{}',
            address, FRAME, _("Show what is written above"), frame(address, _("Preview"), name=FRAME),
        )  # fmt: skip

    def save_model(
        self, request: HttpRequest, obj: TemplateOverride, form: Any, change: Any
    ) -> None:
        save_words(obj, by=request.user, now=timezone.now())  # type: ignore[arg-type] # staff are signed in

    def delete_model(self, request: HttpRequest, obj: TemplateOverride) -> None:
        restore_words(obj, by=request.user, now=timezone.now())  # type: ignore[arg-type] # staff are signed in

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[TemplateOverride]") -> None:
        for override in queryset:
            self.delete_model(request, override)
