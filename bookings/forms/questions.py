"""An organizer's questions as fields of a form."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.domain.answers import LONGEST_LINE, LONGEST_TEXT, AnswerUnclear, kept_answer
from bookings.queries.questions import Asked
from events.enums import MediaPurpose, QuestionKind
from events.media.kinds import ALLOWED

# So many fit as buttons below each other.
MOST_RADIOS = 6
TAKEN = ALLOWED[MediaPurpose.ANSWER].types


def field_for(asked: Asked, *, name: str) -> forms.Field:
    """Never required by itself: whether it must be answered hangs on the other answers."""
    field = MAKERS.get(asked.question.kind, a_line)(asked)
    field.label, field.help_text, field.required = asked.label, asked.help_text, False
    field.validators.append(fitting(asked, name=name))
    if asked.question.is_required and asked.question.shown_if_id is None:
        field.widget.attrs["aria-required"] = "true"
    return field


def fitting(asked: Asked, *, name: str) -> Callable[[Any], None]:
    def fits(answer: Any) -> None:
        try:
            kept_answer(asked.question, answer, field=name)
        except AnswerUnclear as error:
            raise ValidationError(str(error)) from None

    return fits


def a_line(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=LONGEST_LINE)


def a_text(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


def a_number(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=24, widget=forms.TextInput(attrs={"inputmode": "decimal"}))


def yes_or_no(asked: Asked) -> forms.Field:
    return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect)


def one_of_several(asked: Asked) -> forms.Field:
    if len(asked.options) <= MOST_RADIOS:
        return forms.ChoiceField(choices=asked.options, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", _("Please choose")), *asked.options])


def any_of_several(asked: Asked) -> forms.Field:
    return forms.MultipleChoiceField(choices=asked.options, widget=forms.CheckboxSelectMultiple)


def a_date(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=10, widget=forms.DateInput(attrs={"type": "date"}))


def a_country(asked: Asked) -> forms.Field:
    names = countries(get_language() or "en")
    widget = forms.Select(attrs={"autocomplete": "country"})
    return forms.ChoiceField(choices=[("", _("Please choose")), *names], widget=widget)


def a_telephone_number(asked: Asked) -> forms.Field:
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})
    return forms.CharField(max_length=40, widget=widget)


class FileInput(forms.FileInput):
    """A file is kept as soon as it was sent, whatever else is wrong; its id is sent on."""

    template_name = "bookings/file_answer.html"
    names: Mapping[str, str] = {}
    """Of the booking's files, by id."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        return {**context, "kept": value or "", "filename": self.names.get(str(value), "")}

    def format_value(self, value: Any) -> None:
        """A browser is never told which file it should have chosen."""


def a_file(asked: Asked) -> forms.Field:
    return forms.CharField(max_length=36, widget=FileInput(attrs={"accept": ",".join(TAKEN)}))


def only_of(names: Mapping[str, str]) -> Callable[[str], None]:
    """Files of this booking alone: an id that somebody wrote is none."""

    def is_one(answer: str) -> None:
        if answer not in names:
            raise ValidationError(_("Please choose the file again."))

    return is_one


MAKERS: Mapping[str, Callable[[Asked], forms.Field]] = {
    QuestionKind.TEXT: a_text,
    QuestionKind.NUMBER: a_number,
    QuestionKind.YES_NO: yes_or_no,
    QuestionKind.CHOICE: one_of_several,
    QuestionKind.CHOICES: any_of_several,
    QuestionKind.DATE: a_date,
    QuestionKind.COUNTRY: a_country,
    QuestionKind.PHONE: a_telephone_number,
    QuestionKind.FILE: a_file,
}


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """By name, as the language writes and sorts them closely enough."""
    names = Locale.parse(language.replace("-", "_")).territories
    here = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted(
        (one for one in here if one[0] not in NO_COUNTRIES), key=lambda one: one[1].casefold()
    )


# Groups and codes for tests, which CLDR lists beside countries.
NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
