"""Writing to who has booked: whom, what, how it looks, how many, then how far it is."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.scoped import person_of
from accounts.notifications.admin.previews import allow_frames, as_mail, frame
from bookings.admin.on_behalf import event_to_act_for
from bookings.domain.telling import MOST_A_DAY, draft_message, preview, send_message
from bookings.enums import Audience, TellingState
from bookings.models import AttendeeMessage
from bookings.models.attendee_message import LONGEST_SUBJECT
from bookings.queries.audience import reach_of
from events.models import Event, TicketType
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

MOST_SHOWN = 50


class MessageForm(forms.Form):
    audience = forms.ChoiceField(
        label=gettext_lazy("to"), choices=Audience, widget=UnfoldAdminSelectWidget()
    )
    ticket_type = forms.ModelChoiceField(
        TicketType.objects.none(),
        label=gettext_lazy("ticket type"),
        required=False,
        empty_label=gettext_lazy("Whatever they booked"),
        widget=UnfoldAdminSelectWidget(),
    )
    subject = forms.CharField(
        label=gettext_lazy("subject"),
        max_length=LONGEST_SUBJECT,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("The name of the event stands before it."),
    )
    text = forms.CharField(
        label=gettext_lazy("text"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "Markdown. {name} becomes the name of the reader; {when} and {where} those of the event."
        ),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket_type"].queryset = TicketType.objects.filter(event=event).order_by(  # type: ignore[attr-defined] # a field of models
            "position", "pk"
        )


class TellingPages(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("tell/<uuid:event>/", wrap(self.tell_view), name="bookings_booking_tell"),
            path("told/<uuid:row>/", wrap(self.told_view), name="bookings_booking_told"),
            path("told/<uuid:row>/mail/", wrap(self.mail_view), name="bookings_booking_told_mail"),
            path(
                "told/<uuid:row>/progress/",
                wrap(self.told_progress_view),
                name="bookings_booking_told_progress",
            ),
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def tell_view(self, request: HttpRequest, event: UUID) -> HttpResponse:
        row = event_to_act_for(request, event)
        former = drafted(row, request.GET.get("again"))
        form = MessageForm(request.POST or None, initial=former, event=row)
        if (
            request.method == "POST"
            and form.is_valid()
            and (made := self.draft(request, row, form))
        ):
            return redirect("admin:bookings_booking_told", made.pk)
        past = AttendeeMessage.objects.filter(event=row).select_related("person", "ticket_type")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Write to attendees"),
            "event": row,
            "form": form,
            "most_a_day": MOST_A_DAY,
            "past": past.order_by("-pk")[:MOST_SHOWN],
            "address": reverse("admin:bookings_booking_sales", args=[row.pk]),
        }
        return TemplateResponse(request, "admin/bookings/tell.html", context)

    def draft(
        self, request: HttpRequest, event: Event, form: MessageForm
    ) -> AttendeeMessage | None:
        try:
            return draft_message(
                event, **form.cleaned_data, by=person_of(request), now=timezone.now()
            )
        except DomainError as error:
            add_to_form(form, error)
            return None

    def message_for(self, request: HttpRequest, row: UUID) -> AttendeeMessage:
        rows = AttendeeMessage.objects.select_related("event__organizer", "ticket_type", "person")
        found = rows.filter(pk=row).first()
        if found is None:
            raise Http404
        event_to_act_for(request, found.event_id)
        return found

    def told_view(self, request: HttpRequest, row: UUID) -> HttpResponse:
        message = self.message_for(request, row)
        if request.method == "POST":
            self.send(request, message)
            return redirect("admin:bookings_booking_told", message.pk)
        is_draft = message.state == TellingState.DRAFT
        context = {
            **self.admin_site.each_context(request),
            **facts_of(message),
            "opts": self.opts,
            "title": _("Write to attendees"),
            "reach": reach_of(message) if is_draft else None,
            "frame": frame(
                reverse("admin:bookings_booking_told_mail", args=[message.pk]), _("Preview")
            ),
            "again_address": f"{tell_address(message.event_id)}?again={message.pk}",
            "address": tell_address(message.event_id),
        }
        answer = TemplateResponse(request, "admin/bookings/told.html", context)
        return allow_frames(answer)

    def send(self, request: HttpRequest, message: AttendeeMessage) -> None:
        expected = request.POST.get("expected", "")
        try:
            send_message(
                message,
                expected=int(expected) if expected.isdecimal() else -1,
                by=person_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            messages.error(request, str(error))

    def mail_view(self, request: HttpRequest, row: UUID) -> HttpResponse:
        message = self.message_for(request, row)
        return as_mail(preview(message, language=get_language() or "en").html)

    def told_progress_view(self, request: HttpRequest, row: UUID) -> HttpResponse:
        context = facts_of(self.message_for(request, row))
        return TemplateResponse(request, "admin/bookings/told_progress.html", context)


def tell_address(event: UUID) -> str:
    return reverse("admin:bookings_booking_tell", args=[event])


def drafted(event: Event, row: str | None) -> dict[str, Any]:
    """What was written before, to be written anew."""
    try:
        found = AttendeeMessage.objects.filter(event=event, pk=UUID(row or "")).first()
    except ValueError:
        return {}
    if found is None:
        return {}
    return {
        "audience": found.audience,
        "ticket_type": found.ticket_type_id,
        "subject": found.subject,
        "text": found.text,
    }


def facts_of(message: AttendeeMessage) -> dict[str, Any]:
    percent = round(100 * message.told / message.expected) if message.expected else 0
    is_done = message.state == TellingState.DONE
    return {
        "row": message,
        "event": message.event,
        "written": message.told - message.withheld,
        "percent": 100 if is_done else min(99, percent),
        "is_draft": message.state == TellingState.DRAFT,
        "is_sending": message.state == TellingState.SENDING,
        "progress_address": reverse("admin:bookings_booking_told_progress", args=[message.pk]),
    }
