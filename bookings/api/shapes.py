"""What calls about bookings take and give; rules are the domain's."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from bookings.domain.codes import codes_of
from bookings.domain.references import token_of
from bookings.domain.selling import MOST_PLACES
from bookings.domain.wishes import Attendee, Buyer, Wanted, WantedLine
from bookings.enums import BookingStatus, Channel, TicketStatus
from bookings.models import Booking, Ticket
from bookings.rules import LONGEST_NAME
from events.rules import HIGHEST_PRICE, LANGUAGE
from ticketing.core.api import serializer_of

MOST_ANSWERS = 100


class AnswersField(serializers.DictField):
    """By the question's id; a list where any of several may be chosen."""

    def __init__(self) -> None:
        super().__init__(child=serializers.JSONField(), required=False)

    def to_internal_value(self, data: Any) -> Any:
        answers = super().to_internal_value(data)
        if len(answers) > MOST_ANSWERS:
            self.fail("not_a_dict", input_type=type(data).__name__)
        return answers


class AttendeeBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, allow_null=True, allow_blank=True, default="")
    answers = AnswersField()


class LineBody(serializers.Serializer[Any]):
    ticket_type = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PLACES)
    price = serializers.IntegerField(
        min_value=0,
        max_value=HIGHEST_PRICE,
        allow_null=True,
        default=None,
        help_text="Counts for tickets whose price people choose, and for nothing else.",
    )
    attendees = AttendeeBody(many=True, required=False)


class BuyerBody(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, default="")
    phone = serializers.CharField(max_length=40, allow_null=True, allow_blank=True, default="")


class BillingBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME, allow_null=True, required=False)
    company = serializers.CharField(max_length=LONGEST_NAME, allow_null=True, required=False)
    address = serializers.CharField(max_length=500, allow_null=True, required=False)
    postal_code = serializers.CharField(max_length=20, allow_null=True, required=False)
    country = serializers.RegexField("^[A-Z]{2}$", allow_null=True, required=False)
    vat_id = serializers.CharField(max_length=40, allow_null=True, required=False)


class ChallengeBody(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=500)
    solution = serializers.RegexField(r"^[0-9]{0,20}$", allow_blank=True, default="")


class BookingBody(serializers.Serializer[Any]):
    event = serializers.SlugField(max_length=80)
    lines = LineBody(many=True, allow_empty=False)
    buyer = BuyerBody(required=False, allow_null=True)
    billing = BillingBody(required=False)
    discount_code = serializers.CharField(
        max_length=40, allow_null=True, allow_blank=True, default=""
    )
    access_code = serializers.CharField(
        max_length=100, allow_null=True, allow_blank=True, default=""
    )
    answers = AnswersField()
    terms_accepted = serializers.BooleanField(default=False)
    locale = serializers.RegexField(LANGUAGE, max_length=10, required=False)
    hold_only = serializers.BooleanField(default=False)
    queue_pass = serializers.CharField(max_length=500, allow_null=True, required=False)
    challenge = ChallengeBody(
        required=False,
        allow_null=True,
        help_text="After a 428 `challenge_required`: its token, with the smallest number n you find"
        " for which SHA-256 of `seed.n` begins with `bits` zero bits; or, without one, once"
        " `wait` seconds have passed.",
    )
    replaces = serializers.CharField(
        max_length=12,
        allow_null=True,
        default=None,
        help_text="The reference of your own unfinished hold, which gives its places back first.",
    )


def wish_of(body: dict[str, Any], *, language: str) -> Wanted:
    return Wanted(
        lines=[
            WantedLine(
                ticket_type=line["ticket_type"],
                quantity=line["quantity"],
                price=line["price"],
                attendees=[attendee_of(one) for one in line.get("attendees", ())],
            )
            for line in body["lines"]
        ],
        buyer=buyer_of(body.get("buyer")),
        billing={name: value for name, value in body.get("billing", {}).items() if value},
        answers=body.get("answers", {}),
        discount_code=body["discount_code"] or "",
        access_code=body["access_code"] or "",
        has_accepted_terms=body["terms_accepted"],
        language=body.get("locale") or language,
        is_hold_only=body["hold_only"],
        channel=Channel.API,
    )


def buyer_of(body: dict[str, Any] | None) -> Buyer | None:
    if not body:
        return None
    return Buyer(email=body["email"], name=body["name"], phone=body["phone"] or "")


def attendee_of(body: dict[str, Any]) -> Attendee:
    return Attendee(name=body["name"], email=body["email"] or "", answers=body.get("answers", {}))


class ChangedAttendee(AttendeeBody):
    ticket = serializers.UUIDField()


class ChangeBody(serializers.Serializer[Any]):
    buyer = BuyerBody(required=False)
    attendees = ChangedAttendee(many=True, required=False)
    answers = AnswersField()
    terms_accepted = serializers.BooleanField(default=False)


class CancelBody(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")
    tickets = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, max_length=MOST_PLACES
    )


class LineShape(serializers.Serializer[Any]):
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = serializers.IntegerField()
    fees = serializers.IntegerField()
    tax = serializers.IntegerField()
    total = serializers.IntegerField()


class AttendeeShape(serializers.Serializer[Ticket]):
    ticket = serializers.UUIDField(source="pk")
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    name = serializers.CharField(source="attendee_name")
    email = serializers.CharField(source="attendee_email")
    answers = serializers.DictField()


class TicketShape(serializers.Serializer[Ticket]):
    id = serializers.UUIDField()
    serial = serializers.CharField()
    code = serializers.CharField(
        source="shown_code", allow_null=True, help_text="None for one that lets nobody in."
    )
    status = serializers.ChoiceField(choices=TicketStatus.choices)
    ticket_type = serializers.UUIDField(source="ticket_type_id")
    attendee = serializers.CharField(source="attendee_name")
    pdf_url = serializers.SerializerMethodField()

    def get_pdf_url(self, ticket: Ticket) -> str | None:
        """Where its file is; opens as the booking does. None for one that lets nobody in."""
        if not ticket.is_valid:
            return None
        return settings.SITE_URL + reverse("bookings-api:ticket-pdf", args=[ticket.pk])


def ticket_shown(ticket: Ticket, code: str | None) -> dict[str, Any]:
    """One ticket and what its QR code says."""
    ticket.shown_code = code  # type: ignore[attr-defined] # for its shape alone
    return dict(serializer_of(TicketShape).to_representation(ticket))


class BookingShape(serializers.Serializer[Booking]):
    reference = serializers.CharField()
    token = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=BookingStatus.choices)
    event = serializers.CharField(source="event.slug")
    currency = serializers.CharField()
    total = serializers.IntegerField()
    fees = serializers.IntegerField()
    tax = serializers.IntegerField()
    discount = serializers.IntegerField()
    lines = LineShape(many=True)
    buyer = serializers.SerializerMethodField()
    attendees = AttendeeShape(many=True, source="tickets")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    payment_required = serializers.SerializerMethodField()
    tickets = serializers.SerializerMethodField()

    def get_token(self, booking: Booking) -> str:
        return token_of(booking)

    def get_buyer(self, booking: Booking) -> dict[str, str]:
        return {
            "email": booking.buyer_email,
            "name": booking.buyer_name,
            "phone": booking.buyer_phone,
        }

    def get_payment_required(self, booking: Booking) -> bool:
        return booking.is_held and not booking.costs_nothing

    def get_tickets(self, booking: Booking) -> list[dict[str, Any]]:
        tickets = [one for one in booking.tickets.all() if one.status != TicketStatus.RESERVED]
        if booking.confirmed_at is None:
            return []
        for one in tickets:
            one.booking, one.event = booking, booking.event
        codes = codes_of(one for one in tickets if one.is_valid)
        return [ticket_shown(one, codes.get(one.pk)) for one in tickets]


def booking_shown(booking: Booking) -> dict[str, Any]:
    return dict(serializer_of(BookingShape).to_representation(booking))
