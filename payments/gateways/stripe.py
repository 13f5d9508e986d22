"""Stripe: its hosted page for browsers, a PaymentIntent for apps, organizers' own accounts.

In a browser `Payment.reference` is a Checkout Session (cs_…), in an app a PaymentIntent (pi_…).
Payments for an organizer's account are direct charges: made in that account, of which the platform
keeps an application fee. See docs/adr/0024-stripe.md.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from stripe import StripeError

from payments.enums import Channel
from payments.gateways import stripe_signature
from payments.gateways import stripe_words as words
from payments.gateways.base import (
    Asked,
    Capabilities,
    Closing,
    Created,
    Done,
    GatewayAway,
    Missing,
    NotShown,
    Pending,
    Redirect,
    RefundState,
    Refused,
    Report,
    Sdk,
    Snapshot,
    Status,
    Transaction,
    Unknown,
)
from payments.gateways.stripe_line import NotThere, NotToldNow, StripeLine
from payments.gateways.stripe_movements import Movements
from payments.gateways.stripe_words import Said
from payments.gateways.wire import STRIPE as WIRE
from ticketing.core.money import Money

# Its page stays open for thirty minutes at least; ours are held for less, and we close it then.
SHORTEST_PAGE = timedelta(minutes=30)
SPARE = timedelta(minutes=5)
# When the answer to a create never came it was made about when our row was.
MADE_BEFORE, MADE_AFTER = timedelta(minutes=2), timedelta(minutes=20)
INTENT = ["latest_charge.balance_transaction", "latest_charge.refunds"]
SESSION = [f"payment_intent.{one}" for one in INTENT]

CAN = Capabilities(
    currencies=frozenset(WIRE.decimals),
    channels=frozenset(Channel),
    methods=("card", "link", "paypal", "klarna", "ideal", *words.DELAYED),
    delayed_methods=words.DELAYED,
    can_capture_later=True,
)


class Stripe(StripeLine):
    name = "stripe"

    def __init__(
        self,
        secret_key: str,
        *,
        publishable_key: str = "",
        webhook_secrets: Sequence[str] = (),
        url: str = "",
        returns_platform_fee: bool = True,
    ) -> None:
        self.publishable_key, self.webhook_secrets = publishable_key, tuple(webhook_secrets)
        self.returns_platform_fee = returns_platform_fee
        super().__init__(secret_key, url)

    @classmethod
    def from_settings(cls) -> Self:
        return cls(
            settings.STRIPE_SECRET_KEY,
            publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
            webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS,
            url=settings.STRIPE_API_URL,
        )

    def capabilities(self) -> Capabilities:
        return CAN

    # --- Beginning ----------------------------------------------------------------------------

    def create(self, asked: Asked, *, key: str) -> Created | Refused | Unknown:
        on_page = asked.channel == Channel.WEB
        try:
            body = self.session_of(asked) if on_page else self.intent_of(asked)
        except NotShown as no:
            return Refused("not_supported", str(no))
        make = (
            self.client.checkout.sessions.create if on_page else self.client.payment_intents.create
        )
        match self.ask(make, body, account=asked.account, key=key):
            case dict() as made:
                return Created(made["id"], self.action_of(made), moment(made.get("expires_at")))
            case StripeError() as error:
                return refused(error)
            case Unknown() as unknown:
                return unknown

    def session_of(self, asked: Asked) -> dict[str, Any]:
        """Out of what was asked alone: the same key must come with the same words."""
        price = {
            "currency": asked.amount.currency.lower(),
            "unit_amount": self.to_wire(asked.amount),
            "product_data": {"name": asked.description},
        }
        about: dict[str, Any] = {
            "description": asked.description,
            "metadata": told(asked),
            **self.share_of(asked),
        }
        if asked.captures_later:
            about["capture_method"] = "manual"
        body: dict[str, Any] = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": str(asked.payment),
            "metadata": told(asked),
            "payment_intent_data": about,
            "success_url": asked.return_url,
            "cancel_url": asked.return_url,
            "locale": words.locale_of(asked.language),
            "expires_at": int((asked.expires_at + SHORTEST_PAGE + SPARE).timestamp()),
        }
        if asked.email:
            body["customer_email"] = asked.email
        if asked.methods:
            body["allowed_payment_method_types"] = list(asked.methods)
        return body

    def intent_of(self, asked: Asked) -> dict[str, Any]:
        body: dict[str, Any] = {
            "amount": self.to_wire(asked.amount),
            "currency": asked.amount.currency.lower(),
            "description": asked.description,
            "metadata": told(asked),
            **self.share_of(asked),
        }
        if asked.captures_later:
            body["capture_method"] = "manual"
        if asked.methods:
            body["allowed_payment_method_types"] = list(asked.methods)
        else:
            body["automatic_payment_methods"] = {"enabled": True}
        return body

    def share_of(self, asked: Asked) -> dict[str, Any]:
        """What the platform keeps of what is paid into an organizer's account."""
        if not asked.account or not asked.platform_fee:
            return {}
        return {"application_fee_amount": self.to_wire(asked.platform_fee)}

    def action_of(self, made: Said) -> Redirect | Sdk | None:
        if made["object"] == "checkout.session":
            return Redirect(made["url"]) if made.get("url") else None
        return Sdk(made["client_secret"], self.publishable_key)

    # --- Looking ------------------------------------------------------------------------------

    def fetch(self, reference: str, *, account: str = "") -> Snapshot | Missing | Unknown:
        try:
            return self.snapshot(self.look(reference, account), account)
        except NotThere:
            return Missing()
        except NotToldNow as no:
            return no.unknown

    def find(self, payment: UUID, *, account: str = "") -> Snapshot | Missing | Unknown:
        """What its search finds is so; what it does not find may be too new for it."""
        try:
            reference = (
                self.searched(payment, account)
                or self.listed(payment, self.client.checkout.sessions.list, account)
                or self.listed(payment, self.client.payment_intents.list, account)
            )
        except NotToldNow as no:
            return no.unknown
        return self.fetch(reference, account=account) if reference else Missing()

    def searched(self, payment: UUID, account: str) -> str:
        asked = {"query": f"metadata['payment']:'{payment}'", "limit": 1}
        for one in self.want(self.client.payment_intents.search, asked, account=account)["data"]:
            return self.named(one, account)
        return ""

    def named(self, intent: Said, account: str) -> str:
        """As our row has it: by the page that it was paid on, if it was one."""
        if (intent.get("metadata") or {}).get("channel") == Channel.MOBILE:
            return str(intent["id"])
        asked = {"payment_intent": intent["id"], "limit": 1}
        pages = self.want(self.client.checkout.sessions.list, asked, account=account)["data"]
        return str(pages[0]["id"] if pages else intent["id"])

    def listed(self, payment: UUID, listing: Callable[..., Any], account: str) -> str:
        begun = made_at(payment)
        between = {"gte": seconds(begun - MADE_BEFORE), "lte": seconds(begun + MADE_AFTER)}
        for one in self.pages(listing, {"created": between}, account=account):
            metadata = one.get("metadata") or {}
            is_of_a_page = one["object"] == "payment_intent" and metadata.get("channel") != "mobile"
            if metadata.get("payment") == str(payment) and not is_of_a_page:
                return str(one["id"])
        return ""

    def look(self, reference: str, account: str) -> Said:
        """With all that belongs to it. Raises NotThere, NotToldNow."""
        if reference.startswith("cs_"):
            pages = self.client.checkout.sessions
            return self.want(pages.retrieve, reference, {"expand": SESSION}, account=account)
        intents = self.client.payment_intents
        return self.want(intents.retrieve, reference, {"expand": INTENT}, account=account)

    def snapshot(self, said: Said, account: str) -> Snapshot:
        session, intent = parts_of(said)
        charge = charge_of(intent)
        status = words.status_of(session, intent)
        currency = said["currency"]
        named = (said.get("metadata") or {}).get("payment") or said.get("client_reference_id")
        is_open = status == Status.OPEN
        return Snapshot(
            reference=said["id"],
            status=status,
            amount=self.from_wire(said["amount_total" if session else "amount"], currency),
            captured=self.from_wire(intent.get("amount_received") or 0, currency),
            payment=words.uuid_of(named),
            refunds=tuple(words.refund_in(one) for one in self.refunds_of(charge, account)),
            disputes=tuple(words.dispute_in(one) for one in self.disputes_of(charge, account)),
            fee=words.fee_of(charge.get("balance_transaction")),
            method=(charge.get("payment_method_details") or {}).get("type") or "",
            decline=words.decline_of(intent.get("last_payment_error")),
            action=self.action_of(said) if is_open else None,
        )

    def refunds_of(self, charge: Said, account: str) -> Sequence[Said]:
        refunds = charge.get("refunds") if charge.get("captured") else None
        if not refunds:  # what was only reserved is let go, which it shows as given back
            return []
        if not refunds["has_more"]:
            return list(refunds["data"])
        asked = {"charge": charge["id"]}
        return list(self.pages(self.client.refunds.list, asked, account=account))

    def disputes_of(self, charge: Said, account: str) -> Sequence[Said]:
        if not charge.get("disputed"):
            return []
        asked = {"charge": charge["id"]}
        return list(self.pages(self.client.disputes.list, asked, account=account))

    # --- Ending -------------------------------------------------------------------------------

    def expire(self, reference: str, *, key: str, account: str = "") -> Closing | Unknown:
        """To close twice is to close once, so that no key of ours is sent: under one, a refusal
        would be repeated for a day after its reason is gone."""
        on_page = reference.startswith("cs_")
        close = (
            self.client.checkout.sessions.expire if on_page else self.client.payment_intents.cancel
        )
        answer = self.ask(close, reference, account=account)
        if isinstance(answer, Unknown):
            return answer
        # Whether it closed or said that there is nothing to close: what is so counts.
        try:
            session, intent = parts_of(self.look(reference, account))
            if session and intent.get("status") == "requires_capture":
                self.want(self.client.payment_intents.cancel, intent["id"], account=account)
                session, intent = parts_of(self.look(reference, account))
        except NotThere:
            return Unknown("it knows nothing of what is to be closed")
        except NotToldNow as no:
            return no.unknown
        return closing_of(words.status_of(session, intent))

    def capture(
        self, reference: str, amount: Money, *, key: str, account: str = ""
    ) -> Done | Refused | Unknown:
        try:
            intent = self.intent_named(reference, account)
            body = {"amount_to_capture": self.to_wire(amount)}
            answer = self.ask(
                self.client.payment_intents.capture, intent, body, account=account, key=key
            )
            if not isinstance(answer, StripeError):
                return Done(reference) if isinstance(answer, dict) else answer
            # Somebody did it before us, or nobody can any more.
            if self.look(intent, account)["status"] == "succeeded":
                return Done(reference)
        except NotThere:
            return Refused("no_such_payment")
        except NotToldNow as no:
            return no.unknown
        return refused(answer)

    def intent_named(self, reference: str, account: str) -> str:
        if reference.startswith("pi_"):
            return reference
        _session, intent = parts_of(self.look(reference, account))
        if not intent:
            raise NotThere
        return str(intent["id"])

    def refund(
        self, reference: str, amount: Money, *, refund: UUID, key: str, account: str = ""
    ) -> Done | Pending | Refused | Unknown:
        try:
            intent = self.intent_named(reference, account)
        except NotThere:
            return Refused("not_captured")
        except NotToldNow as no:
            return Unknown(no.unknown.reason, was_sent=False)
        body: dict[str, Any] = {
            "payment_intent": intent,
            "amount": self.to_wire(amount),
            "metadata": {
                "refund": str(refund),
                "channel": "web" if reference.startswith("cs_") else "mobile",
            },
        }
        if account:
            # Without a word it keeps the fee of what was given back. A direct charge has no
            # transfer that could be reversed (`reverse_transfer`).
            body["refund_application_fee"] = self.returns_platform_fee
        answer = self.ask(self.client.refunds.create, body, account=account, key=key)
        if isinstance(answer, Unknown) and answer.was_sent:
            # A 500 is answered again under its key, whatever was done: so look.
            answer = self.refund_made(refund, intent, account) or answer
        match answer:
            case dict() as made:
                return outcome_of(made)
            case StripeError() as error:
                return refused(error)
            case unknown:
                return unknown

    def refund_made(self, refund: UUID, intent: str, account: str) -> dict[str, Any] | None:
        try:
            asked = {"payment_intent": intent}
            for one in self.pages(self.client.refunds.list, asked, account=account):
                if (one.get("metadata") or {}).get("refund") == str(refund):
                    return one
        except NotToldNow:
            pass
        return None

    # --- What it tells by itself ----------------------------------------------------------------

    def verify(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Sequence[Report]:
        stripe_signature.check(
            body, headers.get("Stripe-Signature", ""), self.webhook_secrets, now=now
        )
        return [words.report_in(json.loads(body))]

    def transactions(self, since: datetime, until: datetime) -> Iterator[Transaction]:
        """Of the platform's account and of every organizer's."""
        try:
            accounts = [one["id"] for one in self.pages(self.client.accounts.list, {})]
            for account in ["", *accounts]:
                yield from Movements(self, account).between(since, until)
        except NotToldNow as no:
            raise GatewayAway(no.unknown.reason) from no

    def to_wire(self, money: Money) -> int:
        return WIRE.out(money)

    def from_wire(self, amount: Any, currency: str) -> Money:
        return WIRE.back(amount, currency)


def told(asked: Asked) -> dict[str, str]:
    return {"payment": str(asked.payment), "channel": asked.channel.value}


def parts_of(said: Said) -> tuple[Said | None, Said]:
    """The page, if there is one, and the intent, empty until somebody began to pay."""
    if said["object"] == "checkout.session":
        return said, said.get("payment_intent") or {}
    return None, said


def charge_of(intent: Said) -> Said:
    charge = intent.get("latest_charge") or {}
    return charge if isinstance(charge, dict) else {}


def closing_of(status: Status) -> Closing | Unknown:
    match status:
        case Status.CAPTURED:
            return Closing.PAID
        case Status.PROCESSING:
            return Closing.PROCESSING
        case Status.CLOSED | Status.FAILED:
            return Closing.CLOSED
        case _:
            return Unknown(f"it is still {status}")


def outcome_of(made: Said) -> Done | Pending | Refused:
    match words.refund_state(made):
        case RefundState.DONE:
            return Done(made["id"])
        case RefundState.PENDING:
            return Pending(made["id"])
        case RefundState.FAILED:
            return Refused(made.get("failure_reason") or "failed_there")


def refused(error: StripeError) -> Refused:
    return Refused(words.code_of(error), error.user_message or "")


def made_at(payment: UUID) -> datetime:
    """Our ids say when they were given (UUIDv7)."""
    return datetime.fromtimestamp((payment.int >> 80) // 1000, UTC)


def moment(stamp: int | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def seconds(at: datetime) -> int:
    return int(at.timestamp())
