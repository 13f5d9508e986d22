"""What calls about payments take and give; rules are the domain's."""

from typing import Any

from rest_framework import serializers

from payments.enums import Channel, PaymentStatus, RefundReason, RefundStatus
from payments.models import Payment, Refund
from ticketing.core.api import serializer_of

MOST_TICKETS = 100


class PayBody(serializers.Serializer[Any]):
    gateway = serializers.SlugField(
        max_length=20, required=False, default="", help_text="The first that fits if not given."
    )
    method = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    channel = serializers.ChoiceField(choices=Channel.choices)
    return_url = serializers.CharField(
        max_length=400,
        help_text="Where the buyer comes back to: on this site, or one that was agreed with it.",
    )


class ActionShape(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["redirect", "sdk", "qr", "none"])
    url = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)
    publishable_key = serializers.CharField(required=False)
    data = serializers.CharField(required=False)  # type: ignore[assignment] # a field, not DRF's own


class PaymentShape(serializers.Serializer[Payment]):
    id = serializers.UUIDField()
    booking = serializers.CharField(source="booking.reference")
    gateway = serializers.CharField()
    method = serializers.CharField()
    status = serializers.ChoiceField(choices=PaymentStatus.choices)
    late = serializers.BooleanField(source="is_late")
    disputed = serializers.BooleanField(source="is_disputed")
    decline = serializers.CharField(help_text="Why the last try failed; empty if none did.")
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    captured = serializers.IntegerField()
    refunded = serializers.IntegerField()
    action = ActionShape()
    created_at = serializers.DateTimeField()


class WayShape(serializers.Serializer[Any]):
    gateway = serializers.CharField()
    methods = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices))


class WaysShape(serializers.Serializer[Any]):
    currency = serializers.CharField()
    results = WayShape(many=True)


class RefundBody(serializers.Serializer[Any]):
    amount = serializers.IntegerField(
        min_value=1, required=False, help_text="All that is left if not given."
    )
    reason = serializers.CharField(max_length=300)
    tickets = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_TICKETS
    )


class RefundShape(serializers.Serializer[Refund]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=RefundStatus.choices)
    reason = serializers.ChoiceField(choices=RefundReason.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class PastPaymentShape(serializers.Serializer[Payment]):
    """Of a history: what became of it, and what came back. To go on paying, ask for it alone."""

    id = serializers.UUIDField()
    booking = serializers.CharField(source="booking.reference")
    event = serializers.CharField(source="booking.event.slug")
    gateway = serializers.CharField()
    method = serializers.CharField()
    status = serializers.ChoiceField(choices=PaymentStatus.choices)
    late = serializers.BooleanField(source="is_late")
    disputed = serializers.BooleanField(source="is_disputed")
    decline = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    captured = serializers.IntegerField()
    refunded = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    captured_at = serializers.DateTimeField(allow_null=True)
    refunds = RefundShape(many=True)


def payment_shown(payment: Payment) -> dict[str, Any]:
    payment.action = payment.action or {"type": "none"}
    return dict(serializer_of(PaymentShape).to_representation(payment))
