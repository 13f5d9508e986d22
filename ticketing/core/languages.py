"""The language is in the address (`/fr/…`), so that one address shows everybody one page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

# These have one address for all languages; the reader's browser says which.
NEGOTIATED = ("/account/social/", "/admin/", "/api/", "/health")


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_negotiated = request.path_info.startswith(NEGOTIATED)
        if is_negotiated:
            language = translation.get_language_from_request(request)
        else:
            of_path = translation.get_language_from_path(request.path_info)
            language = of_path or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if is_negotiated:
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response
