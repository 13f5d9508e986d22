"""What every call of the API shares."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from ticketing.core.idempotency import HEADER, Call, by_lease, in_one_transaction
from ticketing.core.limits import client_address

_made = threading.local()


def serializer_of[Kind: Serializer[Any]](kind: type[Kind]) -> Kind:
    """One serializer for all calls of this thread, to validate with and to represent by.

    DRF copies every field for every instance, and that takes longer than what they do. Neither
    `run_validation` nor `to_representation` leaves anything behind; but some messages stay in the
    language of their first use, so each language has its own.
    """
    kept: dict[Any, Any] = vars(_made).setdefault("serializers", {})
    key = (kind, get_language())
    if key not in kept:
        kept[key] = kind()
    made: Kind = kept[key]
    return made


class View(APIView):
    """A POST that carries an `Idempotency-Key` is worked once (docs/adr/0008).

    `"transaction"` for work in our own database, which is nearly all; `"lease"` for work that
    calls others; None where keys are not looked at.
    """

    idempotency: ClassVar[Literal["transaction", "lease"] | None] = "transaction"
    idempotency_lease: ClassVar[timedelta] = timedelta(seconds=60)

    def caller_of(self, request: Request) -> str:
        """Who calls, as far as keys are concerned; the same key of two callers is two keys.

        An authenticator of devices leaves `device_id` on what it returns as `auth`.
        """
        if user := getattr(request.user, "pk", None):
            return f"user:{user}"
        if token := request.headers.get("X-Booking-Token"):
            return f"booking:{token}"
        if device := getattr(request.auth, "device_id", None):
            return f"device:{device}"
        return f"address:{client_address(request)}"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if request.method != "POST" or key is None or self.idempotency is None:
            return super().dispatch(request, *args, **kwargs)
        body = request.body  # before a parser reads the stream
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        post = getattr(self, "post", self.http_method_not_allowed)
        work = partial(self.answer, partial(post, self.request, *args, **kwargs))
        return self.answer(lambda: self.answer_once(key, body, work))

    def answer_once(self, key: str, body: bytes, work: Callable[[], HttpResponse]) -> HttpResponse:
        # First who asks and whether they may: a stored answer is not for who may no longer.
        self.initial(self.request, *self.args, **self.kwargs)
        call = Call.of(
            key,
            caller=self.caller_of(self.request),
            path=self.request.path,
            query=self.request.META.get("QUERY_STRING", ""),
            body=body,
        )
        if self.idempotency == "lease":
            return by_lease(call, work, lease=self.idempotency_lease)
        return in_one_transaction(call, work)

    def answer(self, act: Callable[[], Any]) -> HttpResponse:
        """What `act` answers, or the problem document of its error: finished and rendered."""
        try:
            response = act()
        except Exception as error:  # noqa: BLE001 - DRF's handler raises again what it does not know
            response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        if isinstance(self.response, Response):  # a stored answer is a plain one
            self.response.render()
        return self.response
