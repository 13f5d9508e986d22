"""The back office writes by domain calls: their errors stand at the field, nothing typed is lost."""

from typing import Any

from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form


class UseCaseForm(ModelForm):  # type: ignore[type-arg] # generic in stubs alone
    """A form that acts when it is valid, within the transaction that the admin opens.

    `act` gets the row as the database has it and returns the row to go on with. A form with
    inlines must not be one: it would have acted although an inline is wrong.
    """

    request: HttpRequest

    def act(self, row: Any | None) -> Model:
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # Django's own hook
        if self.errors:
            return
        is_new = self.instance._state.adding
        row = None if is_new else type(self.instance)._default_manager.get(pk=self.instance.pk)
        try:
            self.instance = self.act(row)
        except DomainError as error:
            add_to_form(self, error)


class UseCaseAdmin(ModelAdmin):
    form = UseCaseForm

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.request = request
        return form

    def save_form(self, request: HttpRequest, form: Any, change: Any) -> Model:
        row: Model = form.instance
        return row

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: Any) -> None:
        """The form has acted."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """There are no inlines."""
