"""Stripe's words, and ours for them. Nothing here asks anybody anything."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import stripe
from stripe import IdempotencyError, StripeError

from payments.gateways.base import (
    Dispute,
    DisputeStatus,
    Refunded,
    RefundState,
    Report,
    Status,
)
from payments.gateways.wire import STRIPE as WIRE
from ticketing.core.money import Money

type Said = Mapping[str, Any]

# Longer than any hold: how long its documentation gives each until the money is sure.
DELAYED = MappingProxyType(
    {
        "bacs_debit": timedelta(days=7),
        "au_becs_debit": timedelta(days=7),
        "boleto": timedelta(days=4),
        "customer_balance": timedelta(days=5),
        "konbini": timedelta(days=4),
        "multibanco": timedelta(days=7),
        "oxxo": timedelta(days=4),
        "sepa_debit": timedelta(days=14),
        "us_bank_account": timedelta(days=5),
    }
)

LOCALES = {
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR",
    "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
}  # fmt: skip
NAMED_OTHERWISE = {"no": "nb", "nn": "nb", "zh-hant": "zh-TW", "zh-hans": "zh"}

CODES = {
    "amount_too_large": "limit_reached",
    "amount_too_small": "too_small",
    "authentication_required": "authentication_failed",
    "payment_intent_authentication_failure": "authentication_failed",
    "authentication_not_handled": "authentication_failed",
    "card_not_supported": "not_supported",
    "currency_not_supported": "not_supported",
    "invalid_currency": "not_supported",
    "payment_method_not_available": "not_supported",
    "card_velocity_exceeded": "limit_reached",
    "withdrawal_count_limit_exceeded": "limit_reached",
    "expired_card": "expired_card",
    "incorrect_number": "wrong_number",
    "invalid_number": "wrong_number",
    "invalid_expiry_month": "wrong_number",
    "invalid_expiry_year": "wrong_number",
    "invalid_account": "wrong_number",
    "incorrect_cvc": "wrong_code",
    "invalid_cvc": "wrong_code",
    "insufficient_funds": "insufficient_funds",
    "lost_card": "lost_card",
    "stolen_card": "lost_card",
    "pickup_card": "lost_card",
    "restricted_card": "lost_card",
    "issuer_not_available": "try_again",
    "processing_error": "try_again",
    "reenter_transaction": "try_again",
    "try_again_later": "try_again",
    "card_declined": "declined",
    # Of what was paid.
    "charge_already_refunded": "more_than_captured",
    "charge_disputed": "disputed",
    "charge_not_refundable": "disputed",
    "payment_intent_unexpected_state": "not_to_be_captured",
}
MOST_CODE = 60

SAID_TWICE = {
    "charge.captured",
    "charge.failed",
    "charge.pending",
    "charge.succeeded",
    "payment_intent.created",
}
BEGUN = {
    "succeeded": Status.CAPTURED,
    "requires_capture": Status.AUTHORIZED,
    "processing": Status.PROCESSING,
    "canceled": Status.CLOSED,
}
REFUNDS = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
DISPUTES = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY,
    # Nothing came of it.
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}


def status_of(session: Said | None, intent: Said) -> Status:
    """An intent that was begun says the most; the page says whether it can still be paid."""
    said = str(intent.get("status"))
    if said in BEGUN:
        return BEGUN[said]
    if session is None or session["status"] == "open":
        return Status.OPEN
    if session["status"] == "expired":
        return Status.CLOSED
    # The buyer is through: a voucher waits to be paid, or the bank sent nothing after all.
    return Status.FAILED if said == "requires_payment_method" else Status.PROCESSING


def refund_state(said: Said) -> RefundState:
    """A word that is new to us is not the end of it."""
    return REFUNDS.get(said.get("status") or "", RefundState.PENDING)


def refund_in(said: Said) -> Refunded:
    return Refunded(
        reference=said["id"],
        amount=WIRE.back(said["amount"], said["currency"]),
        state=refund_state(said),
        refund=uuid_of((said.get("metadata") or {}).get("refund")),
    )


def dispute_in(said: Said) -> Dispute:
    """What is new to us is open: money may be taken back until somebody says otherwise."""
    return Dispute(
        reference=said["id"],
        status=DISPUTES.get(said["status"], DisputeStatus.OPEN),
        amount=WIRE.back(said["amount"], said["currency"]),
    )


def fee_of(movement: Any) -> Money | None:
    """What Stripe keeps; what we keep of an organizer's payment is no fee of Stripe's."""
    if not isinstance(movement, Mapping):
        return None
    ours = sum(
        one["amount"]
        for one in movement.get("fee_details") or []
        if one["type"] == "application_fee"
    )
    return WIRE.nearest(movement["fee"] - ours, movement["currency"])


def decline_of(trouble: Said | None) -> str:
    """In the words of payments.words."""
    if not trouble:
        return ""
    code = trouble.get("decline_code") or trouble.get("code") or ""
    return CODES.get(code) or CODES.get(trouble.get("code") or "", "declined")


def code_of(error: StripeError) -> str:
    if isinstance(error, IdempotencyError):
        return "key_reused"
    if isinstance(error, stripe.PermissionError):
        return "gateway_away"
    said: Any = error.json_body if isinstance(error.json_body, Mapping) else {}
    trouble = said.get("error") or {}
    if trouble.get("type") == "card_error":
        return decline_of(trouble)
    code = trouble.get("code") or ""
    if not code and trouble.get("param") == "amount":
        return "more_than_captured"
    return (CODES.get(code) or code or "refused")[:MOST_CODE]


def report_in(event: Said) -> Report:
    """Whatever version it was written in: of all that it says only whom it concerns is read."""
    told = (event.get("data") or {}).get("object") or {}
    kind = str(event.get("type") or "")
    return Report(
        id=event["id"],
        kind=kind,
        reference="" if is_told_otherwise(kind, told) else concerned(told),
        account=event.get("account") or "",
    )


def concerned(told: Said) -> str:
    is_it = told.get("object") in {"checkout.session", "payment_intent"}
    named = told.get("id") if is_it else told.get("payment_intent")
    if isinstance(named, Mapping):
        named = named.get("id")
    return str(named or "")


def is_told_otherwise(kind: str, told: Said) -> bool:
    """One change is told of several things, each of which would be looked into: of what is paid
    on a page the page's own events say it, and of a charge its intent's."""
    if kind in SAID_TWICE:
        return True
    is_of_a_page = (told.get("metadata") or {}).get("channel") == "web"
    return is_of_a_page and kind.startswith("payment_intent.")


def locale_of(language: str) -> str:
    """The page in the buyer's language, or in the one that the browser asks for."""
    name = NAMED_OTHERWISE.get(language.lower(), language)
    known = {one.lower(): one for one in LOCALES}
    return known.get(name.lower()) or known.get(name.partition("-")[0].lower()) or "auto"


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
