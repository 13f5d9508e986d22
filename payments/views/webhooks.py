"""Where gateways tell us things: without a session, a language or a token, but signed."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.domain.reporting import NotSigned, receive
from ticketing.core.database import with_reserve


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, gateway: str) -> HttpResponse:
    """200 once it is kept; what comes of it is found out afterwards. It is kept though the
    database has no connection left for anybody else."""
    try:
        with with_reserve():
            receive(gateway, request.body, request.headers, now=timezone.now())
    except NotSigned:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    return HttpResponse(status=HTTPStatus.OK)
