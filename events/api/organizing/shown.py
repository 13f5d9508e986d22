"""An event as its team sees it, whatever state it is in."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.permissions import Permission
from events.api.organizing.calls import ForRoles
from events.domain.lifecycle import missing_for_publishing
from events.enums import EventStatus, Visibility
from events.models import Event
from ticketing.core.markdown import render_markdown


class NamedSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField(source="__str__")


class VenueSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)
    timezone = serializers.CharField()
    directions = serializers.CharField()


class MissingSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    words = serializers.CharField()


class TeamEventRow(serializers.Serializer[Any]):
    """In a list."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.ChoiceField(EventStatus.choices)
    organizer = NamedSerializer()
    category = NamedSerializer(allow_null=True)
    venue = VenueSerializer(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    doors_open_at = serializers.DateTimeField(allow_null=True)
    timezone = serializers.CharField()
    currency = serializers.CharField()
    visibility = serializers.ChoiceField(Visibility.choices)
    series = serializers.UUIDField(source="series_id", allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    postponed_at = serializers.DateTimeField(allow_null=True)
    postponed_from_at = serializers.DateTimeField(allow_null=True)
    sales_paused_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class TeamEventSerializer(ForRoles, TeamEventRow):
    """With everything that can be changed, and what it lacks before it can be published."""

    seen_with = {"online_url": Permission.EDIT_EVENTS}

    online_url = serializers.CharField(
        required=False, help_text="For roles that may edit events; the public never sees it."
    )
    description = serializers.CharField(help_text="Markdown.")
    description_html = serializers.SerializerMethodField()
    language = serializers.CharField()
    notice = serializers.CharField()
    accent = serializers.CharField()
    hold_minutes = serializers.IntegerField()
    terms = serializers.CharField()
    refund_until_days = serializers.IntegerField(allow_null=True)
    refund_fee_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    tax_country = serializers.CharField()
    tax_region = serializers.CharField()
    is_tax_included = serializers.BooleanField()
    missing = serializers.SerializerMethodField()

    def get_description_html(self, event: Event) -> str:
        return str(render_markdown(event.description))

    @extend_schema_field(MissingSerializer(many=True))
    def get_missing(self, event: Event) -> list[Any]:
        if event.status not in {EventStatus.DRAFT, EventStatus.UNPUBLISHED}:
            return []
        lacking = missing_for_publishing(event, now=timezone.now())
        return list(MissingSerializer(lacking, many=True).data)
