"""The pages that belong to no app: gallery, what machines ask for."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ticketing.core.pages import public_page
from ticketing.gallery import gallery_context


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build; not in production."""
    if settings.IS_PRODUCTION:
        raise Http404
    return render(request, "gallery.html", gallery_context(request))


@public_page(shared=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /api/", "Disallow: /health"]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
