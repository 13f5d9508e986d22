"""Every mail as its reader would get it, for those who build; not in production."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accounts.notifications.domain.templates import preview
from accounts.notifications.kinds import MessageKind, UnknownKind, kind_named, kinds_by_mail
from accounts.notifications.rendering.policy import OF_A_MAIL

View = Callable[..., HttpResponse]
BESIDE_A_MAIL: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}


def for_builders(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.IS_PRODUCTION:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def mail_kind(name: str) -> MessageKind:
    try:
        return kind_named(name)
    except UnknownKind:
        raise Http404 from None


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@for_builders
def mails(request: HttpRequest) -> HttpResponse:
    found = [{"kind": kind, "mail": preview(kind, language())} for kind in kinds_by_mail()]
    return render(request, "gallery/mails.html", {"mails": found})


@for_builders
@csp_override(BESIDE_A_MAIL)
def mail(request: HttpRequest, kind: str) -> HttpResponse:
    shown = mail_kind(kind)
    context = {"kind": shown, "mail": preview(shown, language())}
    return render(request, "gallery/mail.html", context)


@for_builders
@csp_override(OF_A_MAIL)
@xframe_options_sameorigin
def mail_html(request: HttpRequest, kind: str) -> HttpResponse:
    return HttpResponse(preview(mail_kind(kind), language()).html)
