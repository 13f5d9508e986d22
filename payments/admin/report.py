"""How sales go over a time, as a page and as a file: of an organizer, or of one event."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDay
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.domain.permissions import require, scope
from accounts.models import Organizer
from accounts.permissions import Permission
from bookings.admin.listing import links_of, may_in, teams_with, uuid_in
from bookings.queries.within import Period, sold_by
from bookings.showing.answers import csv_saved_as
from events.models import Event
from events.queries import zone_of
from payments.admin.asking import midnight
from payments.admin.report_cards import (
    Report,
    cards_of,
    report_of_event,
    report_of_organizer,
    rows_of,
    sold_card,
)
from ticketing.core.dashboard import Card

DAYS, LATELY, LONGEST = (7, 30, 90, 365), 30, 366


class PeriodForm(forms.Form):
    """From a day to another, both of them in it; the last thirty if nothing is said."""

    organizer = forms.ModelChoiceField(
        Organizer.objects.none(),
        label=gettext_lazy("Organizer"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        empty_label=None,
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=UnfoldAdminDateWidget()
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=UnfoldAdminDateWidget()
    )

    def __init__(self, asked: dict[str, Any], *, today: date) -> None:
        self.today = today
        if not asked.get("since") and not asked.get("until"):
            days = days_in(asked.get("days")) or LATELY
            asked = {**asked, "since": today - timedelta(days=days - 1), "until": today}
        super().__init__(asked)

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        until = self.cleaned_data["until"] or self.today
        since = self.cleaned_data["since"] or until - timedelta(days=LATELY - 1)
        if until < since:
            self.add_error("until", _("This is before the first day."))
        elif (until - since).days >= LONGEST:
            self.add_error("until", _("Please ask for a year at the most."))
        return self.cleaned_data | {"since": since, "until": until}

    def period(self, zone: Any) -> Period:
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return Period(midnight(since, zone), midnight(until + timedelta(days=1), zone), zone)


def days_in(text: str | None) -> int | None:
    return next((days for days in DAYS if str(days) == text), None)


class ReportPages(ModelAdmin):
    """Beside the rows: what a team is told by `/report` of the API, for a time that it chooses."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("report/", wrap(self.report_view), name="payments_payment_report"),
            path(
                "report/<uuid:event>/",
                wrap(self.event_report_view),
                name="payments_payment_event_report",
            ),
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def report_view(self, request: HttpRequest) -> HttpResponseBase:
        organizers = organizers_of(request)
        organizer = organizer_in(request, organizers)
        if organizer is None:
            return self.report_page(request, {"title": _("Report")})
        zone = zone_of(organizer)
        asked = request.GET.dict() | {"organizer": str(organizer.pk)}
        form = PeriodForm(asked, today=timezone.now().astimezone(zone).date())
        fields: Any = form.fields
        fields["organizer"].queryset = organizers
        if organizers.count() == 1:
            del fields["organizer"]
        report = None
        if form.is_valid():
            sees = may_in(Permission.SEE_MONEY, request, organizer.pk)
            report = report_of_organizer(organizer, form.period(zone), sees_money=sees)
        facts = {"subtitle": organizer.name, "zone": zone, "chosen": f"organizer={organizer.pk}"}
        return self.report_answer(request, form, report, name=organizer.slug, facts=facts)

    def event_report_view(self, request: HttpRequest, event: UUID) -> HttpResponseBase:
        row = Event.objects.select_related("organizer").filter(pk=event).first()
        if row is None:
            raise Http404
        require(person_of(request), Permission.SEE_BOOKINGS, row.organizer)
        zone = row.zone
        form = PeriodForm(request.GET.dict(), today=timezone.now().astimezone(zone).date())
        del form.fields["organizer"]
        report = None
        if form.is_valid():
            sees = may_in(Permission.SEE_MONEY, request, row.organizer_id)
            report = report_of_event(row, form.period(zone), sees_money=sees)
        whole = f"{reverse('admin:payments_payment_report')}?organizer={row.organizer_id}"
        links = [*links_of(request, row), (_("Report of all events"), whole)]
        facts = {"subtitle": row.title, "zone": zone, "links": links}
        return self.report_answer(request, form, report, name=row.slug, facts=facts)

    def report_answer(
        self,
        request: HttpRequest,
        form: PeriodForm,
        report: Report | None,
        *,
        name: str,
        facts: dict[str, Any],
    ) -> HttpResponseBase:
        if report is not None and request.GET.get("as") == "csv":
            return csv_of(report, name)
        chosen = facts.get("chosen", "")
        return self.report_page(
            request,
            {
                **facts,
                "title": _("Report"),
                "form": form,
                "report": report,
                "cards": cards_of(report) if report and not report.is_empty else [],
                "spans": spans_of(request, chosen),
                "as_csv": f"?{with_format(request)}",
            },
        )

    def report_page(self, request: HttpRequest, facts: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), **facts}
        return TemplateResponse(request, "admin/payments/report.html", context)


def organizers_of(request: HttpRequest) -> QuerySet[Organizer]:
    if Permission.SEE_BOOKINGS not in permissions_somewhere(request):
        raise PermissionDenied
    theirs = scope(
        Organizer.objects.all(), person_of(request), Permission.SEE_BOOKINGS, organizer=""
    )
    return theirs.order_by("name", "pk")


def organizer_in(request: HttpRequest, theirs: QuerySet[Organizer]) -> Organizer | None:
    """Which the address names, else the first; None for staff where there is none at all."""
    if "organizer" not in request.GET:
        return theirs.first()
    key = uuid_in(request.GET["organizer"])
    named = Organizer.objects.filter(pk=key).first() if key else None
    if named is None:
        raise Http404
    require(person_of(request), Permission.SEE_BOOKINGS, named)
    return named


def spans_of(request: HttpRequest, chosen: str) -> list[tuple[str, str, bool]]:
    """Words, address and whether it is what is shown."""
    has_days = bool(request.GET.get("since") or request.GET.get("until"))
    now = None if has_days else days_in(request.GET.get("days")) or LATELY
    return [
        (
            _("A year")
            if days == DAYS[-1]
            else ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
            "?" + "&".join(part for part in (chosen, f"days={days}") if part),
            days == now,
        )
        for days in DAYS
    ]


def with_format(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["as"] = "csv"
    return query.urlencode()


def csv_of(report: Report, name: str) -> HttpResponseBase:
    file = f"{name}-{report.period.first_day}-{report.period.last_day}.csv"
    return csv_saved_as(file, rows_of(report))


# --- What leads here ---------------------------------------------------------------------------


def report_address(request: HttpRequest, event: Event) -> str | None:
    if not may_in(Permission.SEE_BOOKINGS, request, event.organizer_id):
        return None
    return reverse("admin:payments_payment_event_report", kwargs={"event": event.pk})


def report_card(request: HttpRequest) -> Card | None:
    """For teams: the platform's staff looks at one organizer after another."""
    teams = teams_with(Permission.SEE_BOOKINGS, request)
    if not teams:
        return None
    zone, tomorrow = timezone.get_current_timezone(), timezone.localdate() + timedelta(days=1)
    first = tomorrow - timedelta(days=LATELY)
    period = Period(midnight(first, zone), midnight(tomorrow, zone), zone)
    sold = sold_by(TruncDay, Q(organizer__in=teams), period)
    further = (_("The whole report"), reverse("admin:payments_payment_report"))
    title = _("Tickets sold in the last 30 days")
    return sold_card(sold, period, title=title).but(further=further)
