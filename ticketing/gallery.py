from typing import Any

from django.http import HttpRequest


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    return {}
