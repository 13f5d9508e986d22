"""The language is in the address (`/fr/…`), so that one address shows everybody one page."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

# These have one address for all languages; the reader's browser says which.
NEGOTIATED = ("/account/social/", "/admin/", "/api/", "/health")


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_no_language = is_negotiated(request.path_info)
        if has_no_language:
            language = negotiated_language(request.headers.get("Accept-Language", ""))
        else:
            of_path = translation.get_language_from_path(request.path_info)
            language = of_path or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if has_no_language:
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response


def is_negotiated(path: str) -> bool:
    return path.startswith(NEGOTIATED)


@lru_cache(maxsize=1000)
def negotiated_language(accepted: str) -> str:
    """The language of ours that a browser likes best. Cookies have no say: what is the same for
    everybody is kept by this language."""
    for language, _ in parse_accept_lang_header(accepted.lower()[:500]):
        if language == "*":
            break
        try:
            return translation.get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
