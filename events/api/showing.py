"""The catalogue as everybody sees it: only what is named here, whoever asks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.organizing.shown import NamedSerializer, VenueSerializer
from events.enums import EventStatus, OfferState, TicketKind
from events.media.queries import Picture, shown_everywhere
from events.queries.cards import Card
from events.queries.pages import EventPage, Offer
from ticketing.core.markdown import render_markdown


class CoverSerializer(serializers.Serializer[Any]):
    url = serializers.SerializerMethodField()
    alt = serializers.CharField(help_text="What it shows, for who does not see it.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    colour = serializers.CharField(help_text="Its mean, to show while it loads.")

    def get_url(self, picture: Picture) -> str:
        return shown_everywhere(picture.src)


class Minor(serializers.IntegerField):
    """Of a `Money`: its whole number of the currency's smallest unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> int:
        return int(value.minor)


class CardSerializer(serializers.Serializer[Card | EventPage]):
    """An event in a list."""

    id = serializers.UUIDField(source="event.id")
    slug = serializers.CharField(source="event.slug")
    title = serializers.CharField()
    summary = serializers.CharField()
    category = serializers.SerializerMethodField()
    organizer = NamedSerializer(source="event.organizer")
    venue = VenueSerializer(source="event.venue", allow_null=True)
    is_online = serializers.BooleanField(source="event.is_online")
    starts_at = serializers.DateTimeField(source="event.starts_at")
    ends_at = serializers.DateTimeField(source="event.ends_at")
    doors_open_at = serializers.DateTimeField(source="event.doors_open_at", allow_null=True)
    timezone = serializers.CharField(source="event.timezone", help_text="IANA: `Europe/Paris`.")
    status = serializers.ChoiceField(EventStatus.choices, source="event.status")
    postponed_from_at = serializers.DateTimeField(
        source="event.postponed_from_at",
        allow_null=True,
        help_text="When it was to begin, if it was put off.",
    )
    awaits_new_date = serializers.BooleanField(
        source="event.awaits_new_date",
        help_text="It was put off and nobody knows yet until when: the times are those it had.",
    )
    series = serializers.UUIDField(source="event.series_id", allow_null=True)
    currency = serializers.CharField(source="event.currency")
    price_from = Minor(allow_null=True, help_text="Of the cheapest ticket, all in.")
    price_to = Minor(allow_null=True)
    cover = CoverSerializer(source="picture", allow_null=True)

    @extend_schema_field(NamedSerializer(allow_null=True))
    def get_category(self, shown: Card | EventPage) -> dict[str, str] | None:
        category = shown.event.category
        return None if category is None else {"slug": category.slug, "name": shown.category}


class OfferSerializer(serializers.Serializer[Offer]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.ChoiceField(TicketKind.choices, source="ticket_type.kind")
    price = Minor(help_text="What one costs, all in; what is suggested where people choose.")
    tax = Minor(help_text="Contained in the price, as are the fees.")
    fees = Minor()
    min_price = serializers.IntegerField(
        source="ticket_type.min_price",
        help_text="The least where people choose, before fees and tax that come on top.",
    )
    currency = serializers.CharField(source="price.currency")
    min_per_order = serializers.IntegerField(source="ticket_type.min_per_order")
    max_per_order = serializers.IntegerField(source="ticket_type.max_per_order")
    sale_starts_at = serializers.DateTimeField(source="ticket_type.sale_starts_at", allow_null=True)
    sale_ends_at = serializers.DateTimeField(source="ticket_type.sale_ends_at", allow_null=True)


class RefundSerializer(serializers.Serializer[Any]):
    until_days = serializers.IntegerField(
        source="refund_until_days",
        allow_null=True,
        help_text="Days before it begins; null where tickets are refunded only if it does not "
        "take place as it was announced.",
    )
    fee_percent = serializers.DecimalField(
        source="refund_fee_percent", max_digits=5, decimal_places=2
    )


class EventSerializer(CardSerializer):
    """An event with its tickets."""

    description_html = serializers.CharField()
    language = serializers.CharField(
        source="event.language", help_text="That of texts which nobody has translated."
    )
    notice = serializers.CharField(
        source="event.notice", help_text="Why it is cancelled or put off."
    )
    accent = serializers.CharField(source="event.accent", help_text="A colour, or nothing.")
    is_paused = serializers.SerializerMethodField(help_text="Whether sales are.")
    terms_html = serializers.SerializerMethodField(
        help_text="If not empty, who books must accept them."
    )
    refunds = RefundSerializer(source="event")
    ticket_types = OfferSerializer(source="on_offer", many=True)

    def get_is_paused(self, shown: Any) -> bool:
        return shown.event.sales_paused_at is not None

    def get_terms_html(self, shown: Any) -> str:
        return str(render_markdown(shown.event.terms))


class TicketStateSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="ticket_type.id")
    status = serializers.ChoiceField(OfferState.choices, source="state")
    remaining = serializers.IntegerField(
        allow_null=True, help_text="Free places of its pool; null where there is no limit."
    )


class AvailabilitySerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    ticket_types = TicketStateSerializer(many=True)


class EventsSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CardSerializer(many=True)


class CategoriesSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True, help_text="There is one page.")
    previous = serializers.URLField(allow_null=True)
    results = NamedSerializer(many=True)
