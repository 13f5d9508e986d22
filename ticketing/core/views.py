"""The shape of a page with a form: one form, one domain call, errors where the person looks."""

from django.forms import Form
from django.http import HttpResponse
from django.views.generic import FormView

from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form


class UseCaseView(FormView):  # type: ignore[type-arg] # generic in stubs alone
    def act(self, form: Form) -> HttpResponse | None:
        """The one domain call; its answer, else a redirect to `get_success_url()`."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            answer = self.act(form)
        except DomainError as error:
            add_to_form(form, error)
            return self.form_invalid(form)
        return answer or super().form_valid(form)
