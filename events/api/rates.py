"""`/rates`: with which apps say what a price is about in another currency."""

from typing import Any

from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import OpenView
from events.domain.rates import EURO
from events.enums import RateSource
from events.models import Rate
from events.queries.rates import rates_on
from ticketing.core.pages import public_page


class RateSerializer(serializers.Serializer[Rate]):
    currency = serializers.CharField()
    rate = serializers.SerializerMethodField(
        help_text="How much of it one of the base is worth, as a decimal number in a string."
    )
    date = serializers.DateField(source="day")
    source = serializers.ChoiceField(choices=RateSource.choices)  # type: ignore[assignment] # a field, not DRF's own

    def get_rate(self, rate: Rate) -> str:
        return f"{rate.rate.normalize():f}"


class RatesSerializer(serializers.Serializer[Any]):
    base = serializers.CharField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = RateSerializer(many=True)


class Rates(OpenView):
    @extend_schema(operation_id="rates_list", responses=RatesSerializer)
    @method_decorator(public_page(shared=3600, tags=("rates",)))
    def get(self, request: Request) -> Response:
        """The latest of each currency that is not too old. To show prices with, as `about`: what is
        paid is always the price in the event's own currency."""
        rates = list(rates_on(timezone.now().date()))
        shown = {"base": EURO, "next": None, "previous": None, "results": rates}
        return Response(RatesSerializer(shown).data)
