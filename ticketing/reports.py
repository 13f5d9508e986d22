"""What browsers report of our own rules."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)

LONGEST_REPORT = 8 * 1024  # bytes
WORTH_KEEPING = ("effective-directive", "blocked-uri", "source-file", "line-number")


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser refused something on a page: a mistake of ours, an extension, or an attack."""
    if int(request.META.get("CONTENT_LENGTH") or 0) <= LONGEST_REPORT:
        try:
            report = json.loads(request.body)["csp-report"]
            kept = {name: str(report[name])[:200] for name in WORTH_KEEPING if name in report}
        except (ValueError, KeyError, TypeError, RecursionError):
            return HttpResponse(status=400)
        logger.warning("csp_violation", extra={"report": kept})
    return HttpResponse(status=204)
