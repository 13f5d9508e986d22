"""The way to Stripe, and what came back: an answer, a no, or nothing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stripe import (
    APIConnectionError,
    APIError,
    AuthenticationError,
    RateLimitError,
    RequestsClient,
    StripeClient,
    StripeError,
)

from payments.gateways.base import Unknown
from ticketing.core.resilience import Away, Line, NoAnswer

PAGE = 100
MOST_KEY = 255
# What is no answer; every other error of the library's is one.
NO_ANSWER = (APIConnectionError, APIError, RateLimitError)


class NotThere(Exception):
    """It answered that it has no such thing."""


class NotToldNow(Exception):
    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


class StripeLine:
    def __init__(self, secret_key: str, url: str = "") -> None:
        self.line = Line("stripe", errors=NO_ANSWER)
        self.http = RequestsClient(timeout=self.line.timeout)
        self.client = StripeClient(
            secret_key,
            base_addresses={"api": url.rstrip("/")} if url else None,
            http_client=self.http,
            max_network_retries=0,  # the line repeats, and knows when it may
        ).v1

    def ask(
        self, call: Callable[..., Any], *given: Any, account: str = "", key: str = ""
    ) -> dict[str, Any] | StripeError | Unknown:
        """One call: what it answered, the answer that is a no, or that there was none.

        All may be sent twice: what only reads, what carries a key, what does nothing twice."""
        options: dict[str, Any] = {}
        if account:
            options["stripe_account"] = account
        if key:
            options["idempotency_key"] = key[:MOST_KEY]

        def once() -> dict[str, Any] | StripeError:
            try:
                answer: dict[str, Any] = call(*given, options=options).to_dict()
            except NO_ANSWER:
                raise
            except StripeError as error:
                return error
            return answer

        try:
            answer = self.line.call(once, is_safe=True)
        except Away as away:
            return Unknown(str(away), was_sent=False)
        except NoAnswer as error:
            return Unknown(str(error))
        if isinstance(answer, AuthenticationError):
            # Not a word about what was asked: our key is wrong, and nothing was done.
            return Unknown("it does not know our key", was_sent=False)
        return answer

    def want(self, call: Callable[..., Any], *given: Any, account: str = "") -> dict[str, Any]:
        """What can only be answered. Raises NotThere, NotToldNow."""
        match self.ask(call, *given, account=account):
            case dict() as said:
                return said
            case StripeError(code="resource_missing") | StripeError(http_status=404):
                raise NotThere
            case StripeError() as error:
                raise NotToldNow(Unknown(error.code or type(error).__name__))
            case Unknown() as unknown:
                raise NotToldNow(unknown)

    def pages(
        self, listing: Callable[..., Any], asked: Mapping[str, Any], *, account: str = ""
    ) -> Iterator[dict[str, Any]]:
        """All of a list, page by page, each under the line. Raises NotToldNow."""
        after: dict[str, str] = {}
        while True:
            page = self.want(listing, {**asked, "limit": PAGE, **after}, account=account)
            yield from page["data"]
            if not page["has_more"] or not page["data"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}
