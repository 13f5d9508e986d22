"""The scanner's page: the same for everybody, since it must open without a network.

What it shows of an event it asks the API for, with the token of its scanner. That token comes
behind the # of a link, or from the page where who works at the door signs in.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.domain.devices import register_own_device
from bookings.domain.selling import NoSuchEvent
from events.models import Event
from ticketing.core.errors import DomainError
from ticketing.core.pages import public_page
from ticketing.core.views import UseCaseView

FOLDER = settings.BASE_DIR / "ticketing" / "static"
# Modules import each other by these names, so they are kept under them, without a hash.
MODULES = [
    "door/page.js", "door/camera.js", "door/codes.js", "door/judge.js", "door/server.js",
    "door/show.js", "door/store.js", "door/vendor/ed25519.js", "door/vendor/jsQR.js",
]  # fmt: skip
STYLES = ["css/tokens.css", "css/base.css", "css/forms.css", "door/door.css"]
OTHERS = ["fonts/bricolage-latin.woff2", "img/favicon.svg"]


@public_page(shared=300)
def scanner(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "door/scanner.html", {"slug": slug})


@public_page(shared=300)
def manifest(request: HttpRequest, slug: str) -> HttpResponse:
    here = reverse("door", args=[slug])
    icon = {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    said = {
        "id": here,
        "name": f"{_('The door')} · {settings.SITE_NAME}",
        "short_name": _("The door"),
        "start_url": here,
        "scope": here,
        "display": "fullscreen",
        "orientation": "portrait",
        "background_color": "#161210",
        "theme_color": "#161210",
        "icons": [icon],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@public_page(shared=60)
def worker(request: HttpRequest) -> HttpResponse:
    """With the list of what it keeps; the list's digest tells the browser that there is more."""
    files = [static(name) for name in [*STYLES, *OTHERS]]
    files += [f"{settings.STATIC_URL}{name}" for name in MODULES]
    context = {"files": files, "version": version()}
    return render(request, "door/worker.js", context, content_type="text/javascript")


def version() -> str:
    digest = sha256()
    for name in [*MODULES, *STYLES, *OTHERS]:
        digest.update((Path(FOLDER) / name).read_bytes())
    templates = Path(settings.BASE_DIR) / "templates" / "door"
    for path in sorted(templates.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class GateForm(forms.Form):
    gate = forms.CharField(
        label=gettext_lazy("Gate"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Where you stand, as the others shall read it."),
    )


class StartScanning(LoginRequiredMixin, UseCaseView):
    """Who works at the door makes the phone in their hand a scanner."""

    template_name = "door/start.html"
    form_class = GateForm

    @cached_property
    def event(self) -> Event:
        event = Event.objects.select_related("organizer").filter(slug=self.kwargs["slug"]).first()
        try:
            if event is not None:
                require(self.person, Permission.WORK_AT_THE_DOOR, event.organizer)
                return event
        except DomainError as error:
            raise NoSuchEvent from error
        raise NoSuchEvent

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(event=self.event, **kwargs)

    def act(self, form: Form) -> HttpResponse:
        gate = form.cleaned_data["gate"]
        now = timezone.now()
        _device, token = register_own_device(self.event, gate=gate, by=self.person, now=now)
        # Behind the #, no server reads it and no log keeps it.
        return HttpResponseRedirect(f"{reverse('door', args=[self.event.slug])}#{token}")
