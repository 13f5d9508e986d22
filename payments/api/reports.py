"""`/organizers/{slug}/report`: how all events of an organizer go, with what went back."""

from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organizer
from accounts.permissions import Permission
from bookings.api.attendees import CameInShape, FunnelShape
from bookings.queries.organizer_figures import OrganizerFigures, figures_of_organizer
from events.api.organizing.calls import ForRoles, OrganizerView, permissions_of
from events.enums import EventStatus
from payments.enums import RefundStatus
from payments.models import Refund

# What has left, or is certain to; what waits for a word may still be refused.
GONE = [RefundStatus.REQUESTED, RefundStatus.UNKNOWN, RefundStatus.SENT, RefundStatus.DONE]
FOR_MONEY = "For who sees sums."


class CurrencyShape(ForRoles):
    seen_with = {
        "revenue": Permission.SEE_MONEY,
        "refunds": Permission.SEE_MONEY,
        "refunded": Permission.SEE_MONEY,
    }

    currency = serializers.CharField()
    sold = serializers.IntegerField()
    held = serializers.IntegerField()
    complimentary = serializers.IntegerField()
    revenue = serializers.IntegerField(required=False, help_text=FOR_MONEY)
    refunds = serializers.IntegerField(required=False, help_text="How many; for who sees sums.")
    refunded = serializers.IntegerField(required=False, help_text=FOR_MONEY)


class EventInShortShape(ForRoles):
    seen_with = {"revenue": Permission.SEE_MONEY}

    slug = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=EventStatus.choices)
    starts_at = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField()
    sold = serializers.IntegerField()
    held = serializers.IntegerField()
    revenue = serializers.IntegerField(required=False, help_text=FOR_MONEY)


class SoldInCurrencyShape(ForRoles):
    seen_with = {"revenue": Permission.SEE_MONEY}

    at = serializers.DateTimeField()
    currency = serializers.CharField()
    bookings = serializers.IntegerField()
    tickets = serializers.IntegerField()
    revenue = serializers.IntegerField(required=False, help_text=FOR_MONEY)


class OrganizerReportShape(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    sold = serializers.IntegerField()
    held = serializers.IntegerField()
    came_in = serializers.IntegerField(help_text="Within the last 90 days.")
    currencies = CurrencyShape(many=True)
    events = EventInShortShape(many=True, help_text="The latest hundred.")
    by_day = SoldInCurrencyShape(many=True, help_text="Of the last 90 days, UTC.")
    check_ins = CameInShape(many=True, help_text="By the day, of the last 90.")
    funnel = FunnelShape(help_text="Of the last 30 days.")


class OrganizerReport(OrganizerView):
    @extend_schema(responses=OrganizerReportShape)
    def get(self, request: Request, slug: str) -> Response:
        """How all its events go, at this moment. Currencies are never added up."""
        organizer = self.organizer(slug, Permission.SEE_BOOKINGS)
        context = permissions_of(self.person, organizer, Permission.SEE_MONEY)
        figures = figures_of_organizer(organizer, now=timezone.now())
        shown = with_refunds(figures, refunds_of(organizer))
        return Response(OrganizerReportShape(shown, context=context).data)


def refunds_of(organizer: Organizer) -> dict[str, dict[str, int]]:
    rows = (
        Refund.objects.filter(organizer=organizer, status__in=GONE)
        .order_by()
        .values("currency")
        .annotate(refunds=Count("pk"), refunded=Sum("amount"))
    )
    return {row["currency"]: {name: row[name] for name in ("refunds", "refunded")} for row in rows}


def with_refunds(figures: OrganizerFigures, back: dict[str, dict[str, int]]) -> dict[str, Any]:
    nothing = {"refunds": 0, "refunded": 0}
    currencies = [vars(one) | back.get(one.currency, nothing) for one in figures.currencies]
    own = ("as_of", "sold", "held", "came_in", "events", "by_day", "check_ins", "funnel")
    return {name: getattr(figures, name) for name in own} | {"currencies": currencies}
