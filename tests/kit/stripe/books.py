"""What Stripe has on its books, and what it forbids."""

import copy
import secrets
import threading
import time
from typing import Any

PAYS, DECLINED, POOR = "4242424242424242", "4000000000000002", "4000000000009995"
SECURE, DELAYED = "4000000000003220", "4000002500000077"
DISPUTED, ASKED_ABOUT = "4000000000000259", "4000000000001976"
BANK_FAILS = "DE62370400440532013001"  # processing first, and then nothing comes
# As tests name them where there is no page to type a number into.
METHODS = {
    "pm_card_visa": PAYS,
    "pm_card_visa_chargeDeclined": DECLINED,
    "pm_card_chargeDeclined": DECLINED,
    "pm_card_visa_chargeDeclinedInsufficientFunds": POOR,
    "pm_card_createDispute": DISPUTED,
    "pm_card_createDisputeInquiry": ASKED_ABOUT,
    "pm_card_authenticationRequired": SECURE,
    "pm_usBankAccount_success": DELAYED,
}
DECLINES = {
    DECLINED: ("card_declined", "generic_decline"),
    POOR: ("card_declined", "insufficient_funds"),
}
DELAYED_ARRIVES = 5.0  # seconds
SMALLEST = {"eur": 50, "usd": 50, "gbp": 30, "jpy": 50, "kwd": 150}
THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
NO_DECIMALS_LEFT = {"isk", "ugx"}
DISPUTE_FEE = 1500
CANCELLABLE = {
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
}
UNEXPECTED = "payment_intent_unexpected_state"

type Thing = dict[str, Any]


class Refusal(Exception):
    """The answer is no."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        status: int = 400,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message, "code": code, "param": param, **more}


class Books:
    """Things by account and id, in the order in which they were made; who tests moves the clock."""

    def __init__(self) -> None:
        self.things: dict[str, dict[str, Thing]] = {"": {}}
        self.lock = threading.RLock()
        self.ahead = 0.0
        self.told: list[Thing] = []
        self.refunds_begin = "succeeded"
        self.search_lag = 60.0  # what is newer its search does not find

    def now(self) -> float:
        return time.time() + self.ahead

    def stamp(self) -> int:
        return int(self.now())

    # --- Keeping ------------------------------------------------------------------------------

    def put(self, account: str, prefix: str, kind: str, /, **facts: Any) -> Thing:
        thing = {
            "id": f"{prefix}_test_{secrets.token_hex(12)}",
            "object": kind,
            "created": self.stamp(),
            "livemode": False,
            **facts,
        }
        self.things[account][thing["id"]] = thing
        return thing

    def get(self, account: str, key: str, kind: str) -> Thing:
        self.mature(account)
        thing = self.things[account].get(key)
        if thing is None or thing["object"] != kind:
            raise Refusal(
                f"No such {kind}: '{key}'", code="resource_missing", param="id", status=404
            )
        return thing

    def all(self, account: str, kind: str) -> list[Thing]:
        """The newest first."""
        self.mature(account)
        return [one for one in reversed(self.things[account].values()) if one["object"] == kind]

    def mature(self, account: str) -> None:
        """Time brings what was delayed, and closes pages."""
        for one in list(self.things[account].values()):
            if one.get("due_at") and one["due_at"] <= self.now():
                del one["due_at"]
                self.arrive(account, one)
            is_open = one["object"] == "checkout.session" and one["status"] == "open"
            if is_open and one["expires_at"] <= self.now():
                self.close_page(account, one)

    def tell(self, account: str, kind: str, about: Thing) -> None:
        event = {
            "id": f"evt_test_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": self.stamp(),
            "type": kind,
            "livemode": False,
            "pending_webhooks": 1,
            "data": {"object": self.plain(about)},
            **({"account": account} if account else {}),
        }
        self.told.append({"event": event, "due_at": self.now(), "tries": 0})

    @staticmethod
    def plain(thing: Thing) -> Thing:
        return {k: copy.deepcopy(v) for k, v in thing.items() if k != "due_at" and k[:1] != "_"}

    # --- Pages and intents ----------------------------------------------------------------------

    def connect(self) -> str:
        """An organizer's account."""
        account = self.put("", "acct", "account", charges_enabled=True)
        self.things[account["id"]] = {}
        return str(account["id"])

    def make_page(self, account: str, asked: Thing) -> Thing:
        if asked.get("mode") != "payment" or not asked.get("line_items"):
            raise Refusal("Missing required param: line_items.", param="line_items")
        if not asked.get("success_url"):
            raise Refusal("Missing required param: success_url.", param="success_url")
        price = asked["line_items"][0]["price_data"]
        total = price["unit_amount"] * asked["line_items"][0].get("quantity", 1)
        check_amount(total, price["currency"])
        expires_at = asked.get("expires_at", self.stamp() + 24 * 3600)
        if not self.now() + 30 * 60 <= expires_at <= self.now() + 24 * 3600:
            raise Refusal("The `expires_at` timestamp must be 30 minutes to 24 hours away.")
        about = asked.get("payment_intent_data") or {}
        self.check_fee(account, about, total)
        return self.put(
            account, "cs", "checkout.session",
            mode="payment", status="open", payment_status="unpaid", payment_intent=None,
            amount_total=total, currency=price["currency"], expires_at=expires_at,
            client_reference_id=asked.get("client_reference_id"),
            metadata=asked.get("metadata") or {}, success_url=asked["success_url"],
            customer_email=asked.get("customer_email"), locale=asked.get("locale"),
            url=f"https://checkout.stripe.com/c/pay/{secrets.token_hex(8)}", _about=about,
        )  # fmt: skip

    def close_page(self, account: str, page: Thing) -> Thing:
        if page["status"] != "open":
            raise Refusal(
                f'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of `{page['status']}`."
            )
        page["status"], page["url"] = "expired", None
        if page["payment_intent"]:
            self.things[account][page["payment_intent"]]["status"] = "canceled"
        self.tell(account, "checkout.session.expired", page)
        return page

    def make_intent(self, account: str, asked: Thing) -> Thing:
        check_amount(asked["amount"], asked["currency"])
        self.check_fee(account, asked, asked["amount"])
        intent = self.put(
            account, "pi", "payment_intent",
            amount=asked["amount"], currency=asked["currency"], amount_received=0,
            amount_capturable=0, status="requires_payment_method",
            capture_method=asked.get("capture_method", "automatic_async"),
            metadata=asked.get("metadata") or {}, latest_charge=None, last_payment_error=None,
            application_fee_amount=asked.get("application_fee_amount"), next_action=None,
            description=asked.get("description"),
        )  # fmt: skip
        intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(8)}"
        self.tell(account, "payment_intent.created", intent)
        return intent

    @staticmethod
    def check_fee(account: str, asked: Thing, amount: int) -> None:
        fee = asked.get("application_fee_amount")
        if fee is None:
            return
        if not account:
            raise Refusal(
                "Can only apply an application_fee_amount when the PaymentIntent is attempting a "
                "direct payment (using an OAuth key or Stripe-Account header) or destination "
                "payment.",
                param="application_fee_amount",
            )
        if not 0 < fee < amount:
            raise Refusal("The application fee is too much.", param="application_fee_amount")

    def cancel(self, account: str, intent: Thing) -> Thing:
        if intent["status"] not in CANCELLABLE:
            raise Refusal(
                f"You cannot cancel this PaymentIntent because it has a status of "
                f"{intent['status']}.",
                code=UNEXPECTED,
            )
        page = self.page_of(account, intent)
        if page and page["status"] == "open":
            raise Refusal("You cannot cancel PaymentIntents of an open Checkout Session.")
        if intent["status"] == "requires_capture":
            # What was reserved is let go, and shown as given back.
            charge = self.things[account][intent["latest_charge"]]
            charge["refunded"], charge["amount_refunded"] = True, charge["amount"]
            self.put_refund(account, charge, charge["amount"], {}, "succeeded")
        intent["status"], intent["amount_capturable"] = "canceled", 0
        self.tell(account, "payment_intent.canceled", intent)
        return intent

    def page_of(self, account: str, intent: Thing) -> Thing | None:
        pages = self.all(account, "checkout.session")
        return next((one for one in pages if one["payment_intent"] == intent["id"]), None)

    # --- Paying -------------------------------------------------------------------------------

    def pay_page(self, account: str, page: Thing, card: str, *, is_confirmed: bool) -> str:
        """The buyer on the page."""
        if page["status"] != "open":
            return str(page["status"])
        if page["payment_intent"] is None:
            about = {k: v for k, v in page["_about"].items() if k != "metadata"}
            asked = {"amount": page["amount_total"], "currency": page["currency"], **about}
            asked["metadata"] = page["_about"].get("metadata") or {}
            page["payment_intent"] = self.make_intent(account, asked)["id"]
        intent = self.things[account][page["payment_intent"]]
        result = self.pay(account, intent, card, is_confirmed=is_confirmed)
        if intent["status"] in {"succeeded", "processing", "requires_capture"}:
            page["status"], page["url"] = "complete", None
            page["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
            self.tell(account, "checkout.session.completed", page)
        return result

    def pay(self, account: str, intent: Thing, card: str, *, is_confirmed: bool = False) -> str:
        """What comes of one try: the intent's state, or why not."""
        if intent["status"] not in {"requires_payment_method", "requires_action"}:
            raise Refusal("This PaymentIntent cannot be confirmed any more.", code=UNEXPECTED)
        if card in DECLINES:
            return self.decline(account, intent, *DECLINES[card])
        if card == SECURE and not is_confirmed:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "use_stripe_sdk"}
            self.tell(account, "payment_intent.requires_action", intent)
            return "requires_action"
        intent["last_payment_error"] = intent["next_action"] = None
        is_slow = card in {DELAYED, BANK_FAILS}
        charge = self.charge(account, intent, "sepa_debit" if is_slow else "card")
        charge["_card"] = card
        if is_slow:
            intent["status"], charge["status"] = "processing", "pending"
            charge["due_at"] = self.now() + DELAYED_ARRIVES
            self.tell(account, "payment_intent.processing", intent)
        elif intent["capture_method"] == "manual":
            intent["status"], intent["amount_capturable"] = "requires_capture", intent["amount"]
            self.tell(account, "payment_intent.amount_capturable_updated", intent)
        else:
            self.take(account, intent, intent["amount"])
        return str(intent["status"])

    def decline(self, account: str, intent: Thing, code: str, decline: str) -> str:
        charge = self.charge(account, intent, "card")
        charge["status"] = "failed"
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {
            "type": "card_error", "code": code, "decline_code": decline, "charge": charge["id"],
            "message": "Your card was declined.",
        }  # fmt: skip
        self.tell(account, "payment_intent.payment_failed", intent)
        return decline

    def charge(self, account: str, intent: Thing, method: str) -> Thing:
        charge = self.put(
            account, "ch", "charge",
            amount=intent["amount"], amount_captured=0, amount_refunded=0, refunded=False,
            currency=intent["currency"], captured=False, disputed=False, status="succeeded",
            payment_intent=intent["id"], metadata=dict(intent["metadata"]),
            payment_method_details={"type": method}, balance_transaction=None,
            application_fee=None, application_fee_amount=intent["application_fee_amount"],
        )  # fmt: skip
        intent["latest_charge"] = charge["id"]
        return charge

    def take(self, account: str, intent: Thing, amount: int) -> None:
        charge = self.things[account][intent["latest_charge"]]
        charge["captured"], charge["amount_captured"] = True, amount
        charge["status"] = "succeeded"
        intent["status"], intent["amount_received"] = "succeeded", amount
        intent["amount_capturable"] = 0
        details = [{"type": "stripe_fee", "amount": amount * 2 // 100 + 25}]
        if share := intent["application_fee_amount"]:
            details.append({"type": "application_fee", "amount": share})
            fee = self.put("", "fee", "application_fee", amount=share, amount_refunded=0,
                           account=account, charge=charge["id"], currency=intent["currency"])  # fmt: skip
            charge["application_fee"] = fee["id"]
            self.move("", fee, share, "application_fee", "platform_earning")
        moved = self.move(account, charge, amount, "charge", "charge", details)
        charge["balance_transaction"] = moved["id"]
        self.tell(account, "payment_intent.succeeded", intent)
        self.tell(account, "charge.succeeded", charge)
        if charge.get("_card") in {DISPUTED, ASKED_ABOUT}:
            is_asked = charge["_card"] == ASKED_ABOUT
            self.dispute(
                account, charge, "warning_needs_response" if is_asked else "needs_response"
            )

    def arrive(self, account: str, charge: Thing) -> None:
        """The end of what was delayed: of a charge, or of a refund."""
        if charge["object"] == "refund":
            self.end_refund(account, charge, "succeeded")
            return
        intent = self.things[account][charge["payment_intent"]]
        page = self.page_of(account, intent)
        word = "succeeded"
        if charge["_card"] == BANK_FAILS:
            charge["status"], word = "failed", "failed"
            intent["status"] = "requires_payment_method"
            intent["last_payment_error"] = {
                "type": "card_error", "code": "payment_method_provider_decline",
            }  # fmt: skip
            self.tell(account, "payment_intent.payment_failed", intent)
        else:
            self.take(account, intent, intent["amount"])
        if page:
            page["payment_status"] = "paid" if word == "succeeded" else "unpaid"
            self.tell(account, f"checkout.session.async_payment_{word}", page)

    def capture(self, account: str, intent: Thing, amount: int | None) -> Thing:
        if intent["status"] != "requires_capture":
            raise Refusal(
                f"This PaymentIntent could not be captured because it has a status of "
                f"{intent['status']}.",
                code=UNEXPECTED,
            )
        amount = intent["amount_capturable"] if amount is None else amount
        if not 0 < amount <= intent["amount_capturable"]:
            raise Refusal("The amount_to_capture is too much.", param="amount_to_capture")
        self.take(account, intent, amount)
        return intent

    # --- Giving back --------------------------------------------------------------------------

    def refund(self, account: str, asked: Thing) -> Thing:
        charge = self.charge_to_refund(account, asked)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = asked.get("amount", left)
        if left == 0:
            raise Refusal("Charge has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise Refusal(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        self.check_shares(charge, asked)
        refund = self.put_refund(
            account, charge, amount, asked.get("metadata") or {}, self.refunds_begin
        )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.move(account, refund, -amount, "refund", "refund")
        if asked.get("refund_application_fee"):
            fee = self.things[""][charge["application_fee"]]
            share = fee["amount"] * amount // charge["amount_captured"]
            fee["amount_refunded"] += share
            self.move("", fee, -share, "application_fee_refund", "platform_earning_refund")
        self.tell(account, "refund.created", refund)
        self.tell(account, "charge.refunded", charge)
        return refund

    def charge_to_refund(self, account: str, asked: Thing) -> Thing:
        if not asked.get("payment_intent"):
            raise Refusal("One of charge or payment_intent must be given.")
        intent = self.get(account, asked["payment_intent"], "payment_intent")
        charge = self.things[account].get(intent["latest_charge"] or "")
        if charge is None or not charge["captured"]:
            raise Refusal(
                "This PaymentIntent does not have a successful charge to refund.", code=UNEXPECTED
            )
        open_ones = {"needs_response", "under_review", "lost"}
        for one in self.all(account, "dispute"):
            if one["charge"] == charge["id"] and one["status"] in open_ones:
                raise Refusal("The charge has been charged back.", code="charge_disputed")
        return charge

    @staticmethod
    def check_shares(charge: Thing, asked: Thing) -> None:
        if asked.get("refund_application_fee") and not charge["application_fee"]:
            raise Refusal("There is no application fee.", param="refund_application_fee")
        if asked.get("reverse_transfer"):
            raise Refusal("There is no transfer to reverse.", param="reverse_transfer")

    def put_refund(
        self, account: str, charge: Thing, amount: int, metadata: Thing, status: str
    ) -> Thing:
        refund = self.put(
            account, "re", "refund",
            amount=amount, currency=charge["currency"], charge=charge["id"], status=status,
            payment_intent=charge["payment_intent"], metadata=metadata,
        )  # fmt: skip
        if status == "pending":
            refund["due_at"] = self.now() + DELAYED_ARRIVES
        return refund

    def end_refund(self, account: str, refund: Thing, status: str) -> None:
        """The bank took it, or sent it back."""
        refund["status"] = status
        refund.pop("due_at", None)
        if status == "failed":
            charge = self.things[account][refund["charge"]]
            charge["amount_refunded"] -= refund["amount"]
            charge["refunded"] = False
            refund["failure_reason"] = "lost_or_stolen_card"
            self.move(account, refund, refund["amount"], "refund_failure", "refund_failure")
            self.tell(account, "refund.failed", refund)
        self.tell(account, "refund.updated", refund)

    # --- Disputes -----------------------------------------------------------------------------

    def dispute(self, account: str, charge: Thing, status: str) -> Thing:
        dispute = self.put(
            account, "du", "dispute",
            amount=charge["amount"], currency=charge["currency"], charge=charge["id"],
            payment_intent=charge["payment_intent"], status=status, metadata={},
            reason="fraudulent",
        )  # fmt: skip
        charge["disputed"] = True
        if not status.startswith("warning"):
            fees = [{"type": "stripe_fee", "amount": DISPUTE_FEE}]
            self.move(account, dispute, -charge["amount"], "adjustment", "dispute", fees)
        self.tell(account, "charge.dispute.created", dispute)
        return dispute

    def end_dispute(self, account: str, intent: str, status: str) -> None:
        for one in self.all(account, "dispute"):
            if one["payment_intent"] == intent and one["status"] not in {"won", "lost"}:
                was_asked = one["status"].startswith("warning")
                one["status"] = "warning_closed" if was_asked else status
                if status == "won" and not was_asked:
                    self.move(account, one, one["amount"], "adjustment", "dispute_reversal")
                    self.tell(account, "charge.dispute.funds_reinstated", one)
                self.tell(account, "charge.dispute.closed", one)

    def move(
        self, account: str, source: Thing, amount: int, kind: str, category: str,
        details: list[Thing] | None = None,
    ) -> Thing:  # fmt: skip
        fee = sum(one["amount"] for one in details or [])
        return self.put(
            account, "txn", "balance_transaction",
            amount=amount, fee=fee, fee_details=details or [], net=amount - fee, type=kind,
            currency=source["currency"], reporting_category=category, source=source["id"],
            status="pending",
        )  # fmt: skip


def check_amount(amount: int, currency: str) -> None:
    if amount < SMALLEST.get(currency, 1):
        raise Refusal("Amount is too small.", code="amount_too_small", param="amount")
    if amount > 99_999_999:
        raise Refusal("Amount is too large.", code="amount_too_large", param="amount")
    is_odd = (currency in THREE_DECIMALS and amount % 10) or (
        currency in NO_DECIMALS_LEFT and amount % 100
    )
    if is_odd:
        raise Refusal("Invalid amount for this currency.", code="invalid_amount", param="amount")
