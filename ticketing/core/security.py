"""Headers that tell browsers what a page of ours may do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.utils.csp import CSP, build_policy

# The admin's theme computes expressions and styles in the browser; nothing else is loosened,
# and only below this path (docs/adr/0004-csp.md).
ADMIN_PATH = "/admin/"
ADMIN_CSP: dict[str, Any] = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}


class SecurityHeadersMiddleware(ContentSecurityPolicyMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> Any:
        if request.path_info.startswith(ADMIN_PATH):
            response.headers.setdefault(str(CSP.HEADER_ENFORCE), build_policy(ADMIN_CSP))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), usb=()"
        )
        # What nobody declared public is somebody's own.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return super().process_response(request, response)
