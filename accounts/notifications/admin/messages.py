from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin as DjangoModelAdmin
from django.db.models import Model, QuerySet
from django.forms import CharField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.notifications.admin.previews import allow_frames, as_mail, frame
from accounts.notifications.domain.messages import resend_message, try_message_again
from accounts.notifications.domain.sending import written
from accounts.notifications.enums import MessageState
from accounts.notifications.kinds import all_kinds
from accounts.notifications.models import Message
from accounts.notifications.rendering.mail import Mail
from ticketing.core.errors import DomainError

Choices = list[tuple[str, Any]]
COLOURS = {
    MessageState.QUEUED: "info",
    MessageState.SENT: "info",
    MessageState.DELIVERED: "success",
    MessageState.BOUNCED: "danger",
    MessageState.COMPLAINED: "danger",
    MessageState.FAILED: "danger",
    MessageState.WITHHELD: "warning",
}


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = _("message"), "kind"

    def lookups(self, request: HttpRequest, model_admin: "DjangoModelAdmin[Any]") -> Choices:
        return [(kind.name, kind.title) for kind in all_kinds()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Message]") -> "QuerySet[Message]":
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ResendForm(BaseDialogForm):
    address = CharField(
        label=_("Send to"),
        help_text=_("The corrected address. It gets the same words."),
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


@admin.register(Message)
class MessageAdmin(ModelAdmin):
    """What was said to whom, and what became of it. Nothing is changed here."""

    list_display = ["title", "address", "channel", "state_label", "why", "queued_at"]
    list_display_links = ["title"]
    list_filter = ["state", "reason", "channel", "topic", KindFilter, "queued_at"]
    search_fields = ["^address", "=key", "=provider_id"]
    search_help_text = _("The beginning of an address, a key or a provider's number")
    show_full_result_count = False
    actions_detail = ["resend", "try_again"]
    fields = [
        "title", "address", "recipient", "channel", "topic", "locale", "state", "why",
        "reports", "resent_from", "queued_at", "sent_at", "delivered_at", "bounced_at",
        "complained_at", "failed_at", "withheld_at", "attempts", "provider_id", "key", "words",
    ]  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        return request.user.has_perm("notifications.change_message")

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.mail_view)
        address = path("<path:object_id>/mail/", shown, name="notifications_message_mail")
        return [address, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Message]":
        found: QuerySet[Message] = super().get_queryset(request)
        return found.defer("context")  # one that no key opens must not close the whole list

    def render_change_form(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return allow_frames(super().render_change_form(*args, **kwargs))

    def mail_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        content = content_of(get_object_or_404(Message, pk=object_id))
        if not isinstance(content, Mail):
            raise Http404
        return as_mail(content.html)

    @admin.display(description=_("message"), ordering="kind")
    def title(self, message: Message) -> str:
        return message.title

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_label(self, message: Message) -> tuple[str, Any]:
        return message.state, message.get_state_display()

    @admin.display(description=_("why"))
    def why(self, message: Message) -> str:
        words = [message.get_reason_display() if message.reason else "", message.error]
        return ": ".join(str(word) for word in words if word)

    @admin.display(description=_("what we were told"))
    def reports(self, message: Message) -> str:
        return "; ".join(
            f"{one.get_what_display()} {one.words}".strip() for one in message.reports.all()
        )

    @admin.display(description=_("words"))
    def words(self, message: Message) -> Any:
        content = content_of(message)
        if isinstance(content, Mail):
            address = reverse("admin:notifications_message_mail", args=[message.pk])
            return frame(address, content.subject)
        if content is not None:
            return content
        return _("What it said was not kept, because it opened something or cannot be read.")

    @action(
        description=_("Send to another address"),
        url_path="resend",
        icon="forward_to_inbox",
        permissions=["send"],
        dialog={
            "title": _("Send to another address"),
            "description": _("The same words go out once more; this message stays as it is."),
            "form_class": ResendForm,
            "form_submit_text": _("Send"),
        },
    )
    def resend(self, request: HttpRequest, form: ResendForm, object_id: str) -> HttpResponse:
        message = get_object_or_404(Message, pk=object_id)
        given = form.cleaned_data["address"].strip()

        def act() -> Message:
            return resend_message(message, address=given, by=request.user, now=timezone.now())  # type: ignore[arg-type] # staff are signed in

        return self.do(request, act, _("It is on its way."), message)

    @action(
        description=_("Try again"),
        url_path="try-again",
        icon="refresh",
        permissions=["send"],
        dialog={  # asks first, because a link must change nothing
            "title": _("Try again"),
            "description": _("A message that failed is sent anew to the same address."),
            "form_submit_text": _("Try again"),
        },
    )
    def try_again(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        message = get_object_or_404(Message, pk=object_id)

        def act() -> Message:
            try_message_again(message, by=request.user, now=timezone.now())  # type: ignore[arg-type] # staff are signed in
            return message

        return self.do(request, act, _("It is on its way."), message)

    def do(self, request: HttpRequest, act: Any, done: Any, message: Model) -> HttpResponse:
        """Run a domain function, tell what came of it, and show the message that it concerns."""
        try:
            message = act()
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        address = reverse("admin:notifications_message_change", args=[message.pk])
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)


def content_of(message: Message) -> Mail | str | None:
    """What it said or will say; None when its values are gone or nobody knows its words."""
    try:
        if message.context is None or message.is_secret:
            return None
        content, _headers = written(message)
    except Exception:  # noqa: BLE001 - staff look at the message because it cannot be written
        return None
    return content
