"""Booking for somebody: which tickets, for whom, and whether they are given for nothing."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.notifications.domain.messages import supported_language
from accounts.permissions import Permission
from bookings.admin.deeds import email_field, priced, text_field
from bookings.admin.listing import events_of_teams, may_in, named
from bookings.domain.on_behalf import book_on_behalf
from bookings.domain.selling import MOST_PLACES
from bookings.domain.wishes import Attendee, Buyer, WantedLine
from bookings.forms.questions import field_for
from bookings.models import Booking
from bookings.queries.figures import pools_of
from bookings.queries.questions import asked_at
from bookings.rules import LONGEST_NAME
from events.enums import EventStatus, QuestionScope
from events.models import Event, TicketType
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

# Of those to choose from, the next; the others are found by their names.
MOST_EVENTS = 50
LONGEST_SEARCH = 100


class FindEventForm(forms.Form):
    q = text_field(gettext_lazy("For which event?"), most=LONGEST_SEARCH, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {"placeholder": _("Title, venue or town")}


class BookForForm(forms.Form):
    """A number for each ticket type, who books, and what they would have answered."""

    is_comp = forms.BooleanField(
        label=gettext_lazy("Complimentary: for nothing, whatever the price"),
        required=False,
        widget=UnfoldBooleanWidget(),
    )
    email = email_field(gettext_lazy("E-mail address"), required=False)
    name = text_field(gettext_lazy("Name"), required=False)
    phone = text_field(gettext_lazy("Telephone number"), most=40, required=False)
    attendees = forms.CharField(
        label=gettext_lazy("Who comes"),
        required=False,
        max_length=MOST_PLACES * LONGEST_NAME,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("A name a line, in the order of the tickets. It can wait."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"), widget=UnfoldAdminSelectWidget()
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=5_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("For your team alone."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = list(
            TicketType.objects.filter(event=event, withdrawn_at=None)
            .select_related("event")
            .order_by("position", "pk")
        )
        left = {one.id: one.free for one in pools_of(event)}
        counts: dict[str, Any] = {}
        for one in self.types:
            counts[f"type_{one.pk}"] = forms.IntegerField(
                label=priced(one),
                initial=0,
                min_value=0,
                max_value=MOST_PLACES,
                required=False,
                widget=UnfoldAdminIntegerFieldWidget(),
                help_text=left_in_words(left.get(one.pool_id)),
            )
        self.fields = {**counts, **self.fields}
        language: Any = self.fields["language"]
        language.choices = settings.LANGUAGES
        language.initial = supported_language(event.language)
        for asked in asked_at(event.pk, language=event.language):
            if asked.question.scope == QuestionScope.ORDER:
                name = f"answer_{asked.question.pk}"
                self.fields[name] = field_for(asked, name=name)

    @property
    def lines(self) -> list[WantedLine]:
        names = [one.strip() for one in self.cleaned_data["attendees"].splitlines() if one.strip()]
        lines = []
        for one in self.types:
            count = self.cleaned_data.get(f"type_{one.pk}") or 0
            theirs, names = names[:count], names[count:]
            if count:
                attendees = [Attendee(name=name[:LONGEST_NAME]) for name in theirs]
                line = WantedLine(ticket_type=one.pk, quantity=count, attendees=attendees)
                lines.append(line)
        return lines

    @property
    def answers(self) -> dict[str, Any]:
        return {
            name.removeprefix("answer_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("answer_") and value
        }


def left_in_words(left: int | None) -> str:
    return _("Without limit.") if left is None else _("%(left)s left") % {"left": left}


class BookingPages(ModelAdmin):
    """Beside the rows: a new one, for somebody."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [path("book/<uuid:event>/", wrap(self.book_view), name="bookings_booking_book")]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def has_add_permission(self, request: HttpRequest) -> bool:
        return Permission.EDIT_BOOKINGS in permissions_somewhere(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """First for what."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        now = timezone.now()
        events = events_of_teams(Permission.EDIT_BOOKINGS, request).filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            status__in=[EventStatus.PUBLISHED, EventStatus.UNPUBLISHED],
        )
        words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
        if words:
            found = Q(title__icontains=words) | Q(venue__name__icontains=words)
            events = events.filter(found | Q(venue__city__icontains=words))
        rows = events.order_by("starts_at", "pk")[: MOST_EVENTS + 1]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Book for somebody"),
            "words": words,
            "form": FindEventForm({"q": words}),
            "has_more": len(rows) > MOST_EVENTS,
            "events": [(named(one), book_address(one)) for one in rows[:MOST_EVENTS]],
        }
        return TemplateResponse(request, "admin/bookings/choose_event.html", context)

    def book_view(self, request: HttpRequest, event: UUID) -> HttpResponse:
        row = event_to_act_for(request, event)
        with timezone.override(row.zone):
            form = BookForForm(request.POST or None, event=row)
            if request.method == "POST" and form.is_valid():
                booking = self.book(request, row, form)
                if booking is not None:
                    return redirect("admin:bookings_booking_change", booking.pk)
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Book for somebody"),
                "subtitle": row.title,
                "event": row,
                "form": form,
                "address": reverse("admin:bookings_booking_changelist"),
            }
            answer = TemplateResponse(request, "admin/bookings/book.html", context)
            return answer.render()

    def book(self, request: HttpRequest, event: Event, form: BookForForm) -> Booking | None:
        given = form.cleaned_data
        try:
            booking = book_on_behalf(
                event,
                form.lines,
                buyer=Buyer(email=given["email"], name=given["name"], phone=given["phone"]),
                answers=form.answers,
                language=given["language"],
                is_comp=given["is_comp"],
                remark=given["note"],
                by=person_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            add_to_form(form, error)
            return None
        done = _("Booked, and sent to who it is for.")
        if booking.is_held:
            done = _("Held for two days; the buyer has the link to it.")
        messages.success(request, f"{booking.reference}: {done}")
        return booking


def event_to_act_for(request: HttpRequest, event: UUID) -> Event:
    """Of a team whose bookings one may change. Raises Http404, PermissionDenied."""
    row = events_of_teams(Permission.SEE_BOOKINGS, request).filter(pk=event).first()
    if row is None:
        raise Http404
    if not may_in(Permission.EDIT_BOOKINGS, request, row.organizer_id):
        raise PermissionDenied
    return row


def book_address(event: Event) -> str:
    return reverse("admin:bookings_booking_book", kwargs={"event": event.pk})
