"""The one place where errors become answers: problem documents, form errors, error pages."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.views import exception_handler, set_rollback

from ticketing.core.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    Mismatch,
    NeedsProof,
    NotAllowed,
    NotSignedIn,
    NotThere,
    TooOften,
    TryLater,
)
from ticketing.core.logs import request_id

API_PATH = "/api/"
STATUS_OF: dict[type[DomainError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotThere: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    NeedsProof: HTTPStatus.PRECONDITION_REQUIRED,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    Mismatch: HTTPStatus.UNPROCESSABLE_ENTITY,
    TryLater: HTTPStatus.SERVICE_UNAVAILABLE,
}
SECONDS_UNTIL_DATABASE_IS_BACK = 5


def no_such_call(request: HttpRequest) -> HttpResponse:
    return problem(404, "not_found", _("The API has no such call."))


def status_of(error: DomainError) -> HTTPStatus:
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


def problem(
    status: int, code: str, detail: str = "", *, facts: Mapping[str, Any] | None = None
) -> JsonResponse:
    body = {
        **(facts or {}),  # first: what every problem says, no fact may say otherwise
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "request_id": request_id.get(),
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def problem_of(error: DomainError) -> JsonResponse:
    facts = dict(error.facts)
    if error.field:
        facts["errors"] = {error.field: [str(error)]}
    response = problem(status_of(error), error.code, str(error), facts=facts)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def add_to_form(form: BaseForm, error: DomainError) -> None:
    """Show a domain error where the person looks: at its field, else on top of the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def api_exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    if isinstance(error, DomainError):
        set_rollback()
        return problem_of(error)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    code, detail = words_of(error)
    facts = {"errors": flat_messages(error.detail)} if isinstance(error, ValidationError) else {}
    response = problem(answer.status_code, code, detail, facts=facts)
    for header in ("Retry-After", "WWW-Authenticate"):
        if header in answer:
            response.headers[header] = answer[header]
    return response


def words_of(error: Exception) -> tuple[str, str]:
    """The code for a program and the sentence for a person."""
    if isinstance(error, ValidationError):
        return "invalid", _("Some of what was sent is not right.")
    if isinstance(error, APIException):
        return str(error.get_codes()), str(error.detail)
    if isinstance(error, Http404):
        return "not_found", _("This is not here, or not yours to see.")
    return "not_allowed", _("You may not do this.")


def flat_messages(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors as `{"lines.0.quantity": ["…"]}`."""
    if isinstance(detail, Mapping):
        items = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(one, Mapping | list) for one in detail):
        items = [(str(index), value) for index, value in enumerate(detail)]
    else:
        messages = detail if isinstance(detail, list) else [detail]
        return {path or "non_field_errors": [str(message) for message in messages]}
    flat: dict[str, list[str]] = {}
    for key, value in items:
        flat |= flat_messages(value, f"{path}.{key}" if path else key)
    return flat


class ProblemMiddleware:
    """Answers for what views let through: domain errors, and a database that is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return self.database_away(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return self.database_away(request)
        if isinstance(error, DomainError):
            wait, code = error.retry_after, error.code
            return error_answer(request, status_of(error), code, str(error), retry_after=wait)
        return None

    def database_away(self, request: HttpRequest) -> HttpResponse:
        detail = _("We cannot reach our records just now. Nothing you did was lost.")
        wait, status = SECONDS_UNTIL_DATABASE_IS_BACK, HTTPStatus.SERVICE_UNAVAILABLE
        return error_answer(request, status, "unavailable", detail, retry_after=wait)


def error_answer(
    request: HttpRequest, status: int, code: str, detail: str, *, retry_after: int | None = None
) -> HttpResponse:
    """An error in the dress of the place: a problem document for the API, else a page."""
    response: HttpResponse
    if request.path_info.startswith(API_PATH):
        response = problem(status, code, detail)
    else:
        # Rendered without the request: its context processors would ask the database again.
        context = {"status": int(status), "detail": detail, "request_id": request_id.get()}
        response = render(None, "errors/error.html", context, status=status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
