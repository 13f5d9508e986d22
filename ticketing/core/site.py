"""What every page knows: its own address in every language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation


def site_address(name: str, *args: str, language: str) -> str:
    """The whole address of a page for somebody outside: from the site's own name, never from a
    request's Host header, and in the reader's language."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(name, args=args)}"


def site(request: HttpRequest) -> dict[str, Any]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "site_url": settings.SITE_URL,
        "page_languages": [
            {
                "code": code,
                "name": translation.get_language_info(code)["name_local"],
                "path": path_in_language(request.path, code),
                "is_current": code == language,
            }
            for code, _ in settings.LANGUAGES
        ],
    }


def path_in_language(path: str, code: str) -> str:
    """`/fr/terms/` ↔ `/terms/`; the default language has no prefix."""
    current = translation.get_language_from_path(path)
    bare = path.removeprefix(f"/{current}") if current else path
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"
