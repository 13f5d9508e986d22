"""The back office writes by domain calls: their errors stand at the field, nothing typed is lost."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model
from django.forms import BaseModelForm, ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.forms import PaginationInlineFormSet

from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form


class UseCaseForm(ModelForm):  # type: ignore[type-arg] # generic in stubs alone
    """A form that acts when it is valid, within the transaction that the admin opens.

    `act` gets the row as the database has it and returns the row to go on with. A form with
    inlines must not be one: it would have acted although an inline is wrong. That is a `PageForm`.
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


class Refused(Exception):
    """The domain refused some forms of a page, named by their prefixes."""

    def __init__(self, errors: dict[str, DomainError]) -> None:
        super().__init__(errors)
        self.errors = errors


def refusals(request: HttpRequest) -> dict[str, DomainError]:
    known: dict[str, DomainError] = request.__dict__.setdefault("refusals", {})
    return known


class PageForm(ModelForm):  # type: ignore[type-arg] # generic in stubs alone
    """A form on a page with several: none acts before all are valid.

    `act` gets the row as the database has it, or None for a new one, and returns the row.
    `take_away` gets the row that somebody wants gone. Both may raise domain errors. A form of an
    inline finds the row it belongs to in `parent`.
    """

    request: HttpRequest
    parent: Any = None

    def act(self, row: Any | None) -> Model:
        raise NotImplementedError

    def take_away(self, row: Any) -> None:
        raise NotImplementedError

    def changes(self) -> dict[str, Any]:
        """What was typed into the fields that differ from what they showed."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name in self.cleaned_data and name in self.of_model
        }

    @property
    def of_model(self) -> set[str]:
        """The fields of the row itself, without those that a form alone has."""
        opts = self._meta.model._meta
        return {field.name for field in opts.concrete_fields} & set(self.fields)

    def validate_unique(self) -> None:
        """The domain says it, in words."""

    def validate_constraints(self) -> None:
        """The domain says it, in words."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # Django's own hook
        if error := refusals(self.request).get(self.prefix or ""):
            add_to_form(self, error)


class PageAdmin(ModelAdmin):
    """A page whose form and inlines act by domain calls, all together or not at all.

    When the domain refuses some of them, everything is taken back, and the page is shown again
    with all that was typed and each error where it belongs.
    """

    form = PageForm

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.request = request
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        answer: HttpResponse
        try:
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            refusals(request).update(refused.errors)
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        return answer

    def save_form(self, request: HttpRequest, form: Any, change: Any) -> Model:
        row: Model = form.instance
        return row

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: Any) -> None:
        row = type(obj)._default_manager.get(pk=obj.pk) if change else None
        form.refused = {}
        try:
            with transaction.atomic():
                made = form.act(row)
        except DomainError as error:
            form.refused[""] = error
            if not change:  # its rows have nothing to belong to
                raise Refused(form.refused) from None
        else:
            obj.pk, obj._state.adding = made.pk, False
            obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        parent = type(form.instance)._default_manager.get(pk=form.instance.pk)
        for formset in formsets:
            act_on_rows(formset, parent, form.refused)
        if form.refused:
            raise Refused(form.refused)


def act_on_rows(formset: Any, parent: Model, refused: dict[str, DomainError]) -> None:
    """Each row that was filled in, changed or marked as gone; what is refused is gathered."""
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    for form in formset.forms:
        is_new = form.instance._state.adding
        is_to_go = formset.can_delete and formset._should_delete_form(form)  # noqa: SLF001 - Django's own question
        if (is_new and is_to_go) or not (is_to_go or form.has_changed()):
            continue
        form.parent = parent
        row = None if is_new else formset.model._default_manager.get(pk=form.instance.pk)
        try:
            with transaction.atomic():
                made = form.take_away(row) if is_to_go else form.act(row)
        except DomainError as error:
            refused[form.prefix] = error
            continue
        if is_to_go:
            formset.deleted_objects.append(row)
        elif is_new:
            formset.new_objects.append(made)
        else:
            formset.changed_objects.append((made, form.changed_data))


class RowFormSet(PaginationInlineFormSet):
    """Asks once for what its rows can choose from, not once for each row."""

    @classmethod
    def get_default_prefix(cls) -> str:
        """Also where the page's model has no name for the rows."""
        return str(super().get_default_prefix()) or str(cls.model._meta.model_name)

    def add_fields(self, form: "BaseModelForm[Any]", index: int | None) -> None:
        known: dict[str, Any] = self.__dict__.setdefault("choices_of_fields", {})
        for name, field in form.fields.items():
            if isinstance(field, ModelChoiceField):
                if name not in known:
                    known[name] = list(field.choices)  # type: ignore[arg-type] # Django's iterator
                field.choices = known[name]
        super().add_fields(form, index)


class RowInline:
    """Rows below a page's form; goes before Unfold's `StackedInline` or `TabularInline`.

    Who may look at or change the page may look at or change its rows.
    """

    form: ClassVar[type[PageForm]] = PageForm
    formset = RowFormSet
    extra = 0
    admin_site: Any
    parent_model: type[Model]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc] # of Unfold's

        class Row(formset.form):  # type: ignore[name-defined] # made by Django just now
            def hand_clean_DELETE(self) -> None:  # noqa: N802 - Django's own name
                """Whether a row can go, `take_away` says."""

        Row.request = request
        formset.form = Row
        return formset

    def of_page(self, request: HttpRequest, verb: str, obj: Any) -> bool:
        page = self.admin_site.get_model_admin(self.parent_model)
        if verb == "view" or obj is not None:
            return bool(getattr(page, f"has_{verb}_permission")(request, obj))
        return bool(page.has_add_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.of_page(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.of_page(request, "change", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.of_page(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.of_page(request, "change", obj)
