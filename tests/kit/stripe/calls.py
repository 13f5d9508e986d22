"""Which calls there are, what each may be told, and what it answers with."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stripe import params as of
from stripe.params import checkout

from tests.kit.stripe.books import METHODS, Books, Refusal, Thing

MOST_DEEP = 4
# What is no field until somebody asks for it.
HELD_BACK = {"charge": {"refunds": "refund"}}


@dataclass(frozen=True)
class Call:
    method: str
    path: re.Pattern[str]
    params: Any
    act: Callable[[Books, str, str, Thing], Any]
    """Of the books, whose account, which thing, and what was said."""
    fault: str


def call(method: str, path: str, params: Any, act: Any, fault: str = "fetch") -> Call:
    pattern = re.compile("^/v1/" + path.replace("{id}", r"(?P<id>[^/]+)") + "$")
    return Call(method, pattern, params, act, fault)


def got(kind: str) -> Callable[..., Thing]:
    return lambda books, account, key, _said: books.get(account, key, kind)


def listed(kind: str, *filters: str) -> Callable[..., Thing]:
    def act(books: Books, account: str, _key: str, said: Thing) -> Thing:
        found = [one for one in books.all(account, kind) if is_within(one, said, filters)]
        return paged(found, said)

    return act


def is_within(one: Thing, said: Thing, filters: Sequence[str]) -> bool:
    created = said.get("created") or {}
    return (
        all(one.get(name) == said[name] for name in filters if name in said)
        and one["created"] >= created.get("gte", 0)
        and one["created"] > created.get("gt", -1)
        and (one["created"] <= created["lte"] if "lte" in created else True)
        and (one["created"] < created["lt"] if "lt" in created else True)
    )


def paged(found: list[Thing], said: Thing) -> Thing:
    limit = said.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refusal("Invalid limit: must be 1 to 100", param="limit")
    if after := said.get("starting_after"):
        keys = [one["id"] for one in found]
        if after not in keys:
            raise Refusal("No such object.", code="resource_missing", param="starting_after")
        found = found[keys.index(after) + 1 :]
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": ""}


def searched(books: Books, account: str, _key: str, said: Thing) -> Thing:
    asked = re.fullmatch(r"metadata\['(\w+)'\]:'([^']*)'", said["query"])
    if asked is None:
        raise Refusal("We were unable to parse your search query.", param="query")
    name, value = asked.groups()
    found = [
        one
        for one in books.all(account, "payment_intent")
        if one["metadata"].get(name) == value and one["created"] <= books.now() - books.search_lag
    ]
    return {**paged(found, said), "object": "search_result"}


def confirm(books: Books, account: str, key: str, said: Thing) -> Thing:
    intent = books.get(account, key, "payment_intent")
    if not said.get("payment_method") or not said.get("return_url"):
        raise Refusal("A payment method and a return_url are needed.")
    books.pay(account, intent, METHODS[said["payment_method"]])
    if trouble := intent["last_payment_error"]:
        raise Refusal(
            trouble["message"], kind="card_error", code=trouble["code"], status=402,
            decline_code=trouble["decline_code"],
        )  # fmt: skip
    return intent


SESSIONS, INTENTS = "checkout/sessions", "payment_intents"
CALLS = [
    call("POST", SESSIONS, checkout.SessionCreateParams,
         lambda books, account, _key, said: books.make_page(account, said), "create"),
    call("GET", SESSIONS, checkout.SessionListParams,
         listed("checkout.session", "payment_intent", "status")),
    call("GET", SESSIONS + "/{id}", checkout.SessionRetrieveParams, got("checkout.session")),
    call("POST", SESSIONS + "/{id}/expire", checkout.SessionExpireParams,
         lambda books, account, key, _said: books.close_page(
             account, books.get(account, key, "checkout.session")), "expire"),
    call("POST", INTENTS, of.PaymentIntentCreateParams,
         lambda books, account, _key, said: books.make_intent(account, said), "create"),
    call("GET", INTENTS, of.PaymentIntentListParams, listed("payment_intent")),
    call("GET", INTENTS + "/search", of.PaymentIntentSearchParams, searched),
    call("GET", INTENTS + "/{id}", of.PaymentIntentRetrieveParams, got("payment_intent")),
    call("POST", INTENTS + "/{id}/confirm", of.PaymentIntentConfirmParams, confirm, "confirm"),
    call("POST", INTENTS + "/{id}/capture", of.PaymentIntentCaptureParams,
         lambda books, account, key, said: books.capture(
             account, books.get(account, key, "payment_intent"), said.get("amount_to_capture")),
         "capture"),
    call("POST", INTENTS + "/{id}/cancel", of.PaymentIntentCancelParams,
         lambda books, account, key, _said: books.cancel(
             account, books.get(account, key, "payment_intent")), "expire"),
    call("POST", "refunds", of.RefundCreateParams,
         lambda books, account, _key, said: books.refund(account, said), "refunds"),
    call("GET", "refunds", of.RefundListParams, listed("refund", "charge", "payment_intent")),
    call("GET", "refunds/{id}", of.RefundRetrieveParams, got("refund")),
    call("GET", "disputes", of.DisputeListParams, listed("dispute", "charge", "payment_intent")),
    call("GET", "balance_transactions", of.BalanceTransactionListParams,
         listed("balance_transaction", "source", "type"), "transactions"),
    call("GET", "accounts", of.AccountListParams, listed("account"), "transactions"),
]  # fmt: skip


def shown(books: Books, account: str, thing: Thing, expand: Sequence[str]) -> Thing:
    """As it is sent: names of other things, or these things where somebody asks for them."""
    said = books.plain(thing)
    if said.get("object") in {"list", "search_result"}:
        said["data"] = [books.plain(one) for one in said["data"]]
    for path in expand:
        parts = path.split(".")
        if len(parts) > MOST_DEEP:
            raise Refusal("You cannot expand more than 4 levels.", param="expand")
        open_up(books, account, said, parts, path)
    return said


def open_up(books: Books, account: str, said: Thing, parts: Sequence[str], path: str) -> None:
    name, *rest = parts
    if name == "data" and isinstance(said.get("data"), list):
        for one in said["data"]:
            open_up(books, account, one, rest, path)
        return
    held_back = HELD_BACK.get(said["object"], {})
    if name in held_back and name not in said:
        own = listed(held_back[name], "charge")(books, account, "", {"charge": said["id"]})
        said[name] = {**own, "data": [books.plain(one) for one in own["data"]]}
    elif name not in said:
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    elif isinstance(said[name], str):
        said[name] = books.plain(
            books.things[account].get(said[name]) or books.things[""][said[name]]
        )
    if rest and isinstance(said[name], dict):
        open_up(books, account, said[name], rest, path)
