from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.organizers import start_organizer
from accounts.domain.teams import accept_invitation, open_invitation
from accounts.forms import OrganizerForm
from accounts.permissions import ROLES_OF_THE_BACK_OFFICE
from accounts.views.people import OwnPage
from ticketing.core.views import UseCaseView


class StartOrganizer(OwnPage, UseCaseView):
    template_name = "account/start_organizer.html"
    form_class = OrganizerForm
    success_url = reverse_lazy("admin:index")

    def act(self, form: Form) -> HttpResponse | None:
        organizer = start_organizer(**form.cleaned_data, by=self.person, now=timezone.now())
        if organizer.is_active:
            return None
        messages.info(self.request, _("Thank you. We look at it and write to you."))
        return redirect("account")


class AcceptInvitation(OwnPage, UseCaseView):
    """Where the link of an invitation leads: looking changes nothing, the button does."""

    template_name = "account/invitation.html"
    form_class = Form

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.key: str = kwargs["key"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invitation = open_invitation(self.key, now=timezone.now())
        return super().get_context_data(invitation=invitation, **kwargs)

    def act(self, form: Form) -> HttpResponse:
        membership = accept_invitation(self.key, by=self.person, now=timezone.now())
        messages.success(
            self.request,
            _("You are in the team of %(organizer)s.") % {"organizer": membership.organizer},
        )
        has_office = membership.role in ROLES_OF_THE_BACK_OFFICE
        return redirect("admin:index" if has_office else "account")
