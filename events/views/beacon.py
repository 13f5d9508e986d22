"""Where pages, which come from a cache, say that they were looked at."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from events.domain.counts import count_event, count_search
from events.enums import COUNTED_BY_PAGES, Counted, Source

SEARCH = ("google.", "bing.", "duckduckgo.", "ecosia.", "qwant.", "yahoo.", "startpage.", "baidu.")
SOCIAL = (
    "facebook.", "instagram.", "t.co", "x.com", "twitter.", "linkedin.", "reddit.", "tiktok.",
    "youtube.", "pinterest.", "bsky.", "mastodon.", "threads.", "whatsapp.", "telegram.", "t.me",
)  # fmt: skip


class Looked(forms.Form):
    kind = forms.ChoiceField(choices=COUNTED_BY_PAGES)
    event = forms.UUIDField()


class Searched(forms.Form):
    words = forms.CharField(max_length=200)
    language = forms.SlugField(max_length=10)
    is_found = forms.BooleanField(required=False)


# Nobody is signed in here and nothing is done for anybody, so there is no token to forge.
@csrf_exempt
@require_POST
def beacon(request: HttpRequest) -> HttpResponse:
    """Count and forget: no cookie is read, no address and no person is written down."""
    now = timezone.now()
    looked, searched = Looked(request.POST), Searched(request.POST)
    if looked.is_valid():
        facts: dict[str, Any] = looked.cleaned_data
        source = source_of(request.POST.get("referrer", ""), host=request.get_host())
        count_event(facts["event"], Counted(facts["kind"]), source, now=now)
    elif searched.is_valid():
        count_search(**searched.cleaned_data, now=now)
    else:
        return HttpResponse(status=400)
    return HttpResponse(status=204)


def source_of(referrer: str, *, host: str) -> Source:
    try:
        known = urlsplit(referrer).netloc.casefold()
    except ValueError:
        return Source.OTHER
    if not known:
        return Source.DIRECT
    if known == host.casefold():
        return Source.OURS
    for source, names in ((Source.SEARCH, SEARCH), (Source.SOCIAL, SOCIAL)):
        if any(known.startswith(name) or f".{name}" in known for name in names):
            return source
    return Source.OTHER
