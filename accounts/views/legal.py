from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.domain.legal_texts import PAGES_TAG
from accounts.enums import LegalKind
from accounts.queries import legal_text
from ticketing.core.pages import public_page


@public_page(tags=(PAGES_TAG,))
def legal_page(request: HttpRequest, kind: str) -> HttpResponse:
    page = LegalKind(kind)
    text = legal_text(
        page, language=get_language() or settings.LANGUAGE_CODE, otherwise=settings.LANGUAGE_CODE
    )
    return render(request, "accounts/legal_text.html", {"title": page.label, "text": text})
