"""Mails inside the back office: in a frame of their own, which can do nothing."""

from typing import Any

from django.http import HttpResponse
from django.utils.csp import CSP, build_policy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.notifications.rendering.policy import OF_A_MAIL
from ticketing.core.security import ADMIN_CSP

BESIDE_A_MAIL: dict[str, Any] = {**ADMIN_CSP, "frame-src": [CSP.SELF]}


def as_mail(html: str) -> HttpResponse:
    response = HttpResponse(html)
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(OF_A_MAIL)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def allow_frames(response: HttpResponse) -> HttpResponse:
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(BESIDE_A_MAIL)
    return response


def frame(address: str, title: Any, *, name: str = "") -> SafeString:
    return format_html(
        '<iframe sandbox="" src="{}" title="{}" name="{}" style="width:100%;height:36rem;'
        'border:1px solid #8886;border-radius:8px;background:#fff"></iframe>',
        address, title, name,
    )  # fmt: skip
