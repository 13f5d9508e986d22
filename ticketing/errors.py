"""Error pages, in the same dress as the rest and without asking the database."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ticketing.core.problems import error_answer

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_answer(
        request, HTTPStatus.BAD_REQUEST, "bad_request", _("We could not read this request.")
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_answer(
        request, HTTPStatus.FORBIDDEN, "not_allowed", _("This page is for somebody else.")
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = _("The form was open for too long. Go back, reload it and send it again.")
    return error_answer(request, HTTPStatus.FORBIDDEN, "form_expired", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = _("Nothing is at this address. It may have been moved, or mistyped.")
    return error_answer(request, HTTPStatus.NOT_FOUND, "not_found", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    detail = _("Something broke on our side. We have been told.")
    try:
        return error_answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "broken", detail)
    except Exception:
        # What broke may be the very page that says so; then plain words must do.
        logger.exception("error_page_failed")
        return HttpResponse(detail, status=500, content_type="text/plain; charset=utf-8")
