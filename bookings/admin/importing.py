"""Bringing a file of bookings: what is wrong with which line, then how far it is."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanWidget

from accounts.admin.scoped import person_of
from bookings.admin.on_behalf import event_to_act_for
from bookings.domain.import_files import LARGEST_FILE
from bookings.domain.importing import begin_import, read_import
from bookings.enums import ImportState, LineState
from bookings.models import BookingImport
from events.models import Event
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

MOST_SHOWN = 200
SHOWN = (LineState.WRONG, LineState.REFUSED)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy(
            "The first line names the columns: email, name, ticket type, quantity, attendees"
            " (names with ; between), phone, language, note, id. Questions are columns by their"
            " own words."
        ),
    )
    is_comp = forms.BooleanField(
        label=gettext_lazy("Mark them as complimentary"),
        required=False,
        widget=UnfoldBooleanWidget(),
    )


class ImportPages(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("import/<uuid:event>/", wrap(self.import_view), name="bookings_booking_import"),
            path("imports/<uuid:row>/", wrap(self.look_view), name="bookings_booking_imported"),
            path(
                "imports/<uuid:row>/progress/",
                wrap(self.progress_view),
                name="bookings_booking_progress",
            ),
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def import_view(self, request: HttpRequest, event: UUID) -> HttpResponse:
        row = event_to_act_for(request, event)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and (made := self.read(request, row, form)):
            return redirect("admin:bookings_booking_imported", made.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import bookings"),
            "event": row,
            "form": form,
            "imports": BookingImport.objects.filter(event=row).order_by("-pk")[:20],
            "address": reverse("admin:bookings_booking_changelist"),
        }
        return TemplateResponse(request, "admin/bookings/import.html", context)

    def read(self, request: HttpRequest, event: Event, form: FileForm) -> BookingImport | None:
        file = form.cleaned_data["file"]
        try:
            return read_import(
                event,
                file.read(LARGEST_FILE + 1),
                filename=file.name,
                is_comp=form.cleaned_data["is_comp"],
                by=person_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            add_to_form(form, error)
            return None

    def import_for(self, request: HttpRequest, row: UUID) -> BookingImport:
        found = BookingImport.objects.filter(pk=row).select_related("event").first()
        if found is None:
            raise Http404
        event_to_act_for(request, found.event_id)
        return found

    def look_view(self, request: HttpRequest, row: UUID) -> HttpResponse:
        found = self.import_for(request, row)
        if request.method == "POST":
            try:
                begin_import(found, by=person_of(request), now=timezone.now())
            except DomainError as error:
                messages.error(request, str(error))
            return redirect("admin:bookings_booking_imported", found.pk)
        context = {
            **self.admin_site.each_context(request),
            **facts_of(found),
            "opts": self.opts,
            "title": _("Import bookings"),
        }
        return TemplateResponse(request, "admin/bookings/imported.html", context)

    def progress_view(self, request: HttpRequest, row: UUID) -> HttpResponse:
        context = facts_of(self.import_for(request, row))
        return TemplateResponse(request, "admin/bookings/import_progress.html", context)


def facts_of(row: BookingImport) -> dict[str, Any]:
    counted = row.lines.order_by().values_list("state").annotate(n=Count("pk"))
    counts = dict(counted)
    total = sum(counts.values())
    done = total - counts.get(LineState.WAITING, 0)
    return {
        "row": row,
        "event": row.event,
        "counts": [(LineState(state).label, counts.get(state, 0)) for state in LineState.values],
        "waiting": counts.get(LineState.WAITING, 0),
        "percent": round(100 * done / total) if total else 100,
        "problems": list(row.lines.filter(state__in=SHOWN).order_by("number")[:MOST_SHOWN]),
        "is_preview": row.state == ImportState.PREVIEW,
        "is_running": row.state == ImportState.RUNNING,
        "progress_address": reverse("admin:bookings_booking_progress", args=[row.pk]),
        "again_address": reverse("admin:bookings_booking_import", args=[row.event_id]),
    }
