"""The pictures of an event: sent with the form, put in order, described, taken away."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminSelectWidget

from events.admin.rows import EventInline, EventRow
from events.enums import MediaPurpose
from events.media.domain.pictures import CHANGEABLE, change_file, delete_file, set_cover
from events.media.domain.uploads import (
    MOST_AT_ONCE,
    TooManyAtOnce,
    take_file_at_commit,
    wanted_from,
)
from events.media.kinds import PICTURES
from events.media.queries import picture_of, pictures_of
from events.models import Event, MediaFile
from ticketing.core.errors import DomainError
from ticketing.core.usecase_admin import RowFormSet

ROLES = [(one.value, one.label) for one in (MediaPurpose.COVER, MediaPurpose.GALLERY)]
# What says something of the file itself stands where the file was chosen.
OF_THE_FILE = {"filename", "content_type", "size"}
SHOWN = "admin/events/picture.html"


class PictureInput(forms.FileInput):
    """Where a new picture is chosen; of one that is there, what became of it."""

    template_name = "admin/events/widgets/picture.html"
    file: MediaFile | None = None
    again = ""
    """The name of what was sent with a form that was not right: browsers do not keep files."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        shown = shown_of(self.file) if self.file else {}
        return {**context, **shown, "again": self.again}


def shown_of(file: MediaFile) -> dict[str, Any]:
    return {"file": file, "picture": picture_of(file)}


class PictureRow(EventRow):
    file = forms.FileField(
        label=_("picture"),
        widget=PictureInput(attrs={"accept": ",".join(PICTURES)}),
        help_text=_("JPEG, PNG, WebP or AVIF, at most 20 MB."),
    )
    role = forms.ChoiceField(
        label=_("shown as"),
        choices=ROLES,
        initial=MediaPurpose.GALLERY.value,
        widget=UnfoldAdminSelectWidget(),
        help_text=_("An event has one cover; a new one takes its place."),
    )

    class Meta:
        model = MediaFile
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, alt = self.fields["file"], self.fields["alt"]
        assert isinstance(field.widget, PictureInput)
        alt.help_text = _("What is to be seen, for who cannot see it.")
        if self.instance._state.adding:
            alt.required = True
            if sent := self.files.get(self.add_prefix("file")):
                field.widget.again = str(sent.name)
            return
        alt.required = bool(self.instance.alt)  # programs may send mere decoration
        field.widget.file = self.instance
        field.required, field.disabled, field.help_text = False, True, ""
        self.fields["role"].disabled = not self.instance.is_ready
        self.initial["role"] = self.role_of(self.instance)

    def _post_clean(self) -> None:
        super()._post_clean()
        if "file" in self.errors:  # another one is to be chosen
            self.fields["file"].widget.again = ""

    def role_of(self, file: MediaFile) -> str:
        event = self.event_shown
        if not file.is_ready:
            return file.purpose
        is_cover = event is not None and event.cover_id == file.pk
        return (MediaPurpose.COVER if is_cover else MediaPurpose.GALLERY).value

    def act(self, row: MediaFile | None) -> MediaFile:
        try:
            return self.send() if row is None else self.change(row)
        except DomainError as error:
            if error.field in OF_THE_FILE:
                error.field = "file"
            raise

    def send(self) -> MediaFile:
        sent, purpose = self.cleaned_data["file"], MediaPurpose(self.cleaned_data["role"])
        wanted = wanted_from(sent.name, sent, purpose=purpose, alt=self.cleaned_data["alt"])
        file = take_file_at_commit(
            self.parent, wanted, sent, by=self.by, now=timezone.now(),
            if_away=partial(tell_away, self.request),
        )  # fmt: skip
        if moved := {name: self.cleaned_data[name] for name in CHANGEABLE & set(self.changed_data)}:
            change_file(file, moved, by=self.by, now=timezone.now())
        return file

    def change(self, row: MediaFile) -> MediaFile:
        now = timezone.now()
        if changes := self.changes():
            change_file(row, changes, by=self.by, now=now)
        if "role" in self.changed_data:
            self.give_role(row)
        return row

    def give_role(self, row: MediaFile) -> None:
        event: Event = self.parent
        event.refresh_from_db(fields=["cover"])
        if self.cleaned_data["role"] == MediaPurpose.COVER:
            set_cover(event, row, by=self.by, now=timezone.now())
        elif event.cover_id == row.pk:
            set_cover(event, None, by=self.by, now=timezone.now())

    def take_away(self, row: MediaFile) -> None:
        delete_file(row, by=self.by, now=timezone.now())


def tell_away(request: HttpRequest, file: MediaFile) -> None:
    words = _("“%(name)s” could not be kept just now; please send it again. All else is saved.")
    messages.error(request, words % {"name": file.filename})


class PictureFormSet(RowFormSet):
    def is_multipart(self) -> bool:
        return True

    def clean(self) -> None:
        super().clean()
        new = [one for one in self.extra_forms if one.has_changed()]
        if len(new) > MOST_AT_ONCE:
            raise ValidationError(str(TooManyAtOnce.message))


class PictureInline(EventInline, StackedInline):
    model = MediaFile
    form = PictureRow
    formset = PictureFormSet
    fk_name = "event"
    verbose_name, verbose_name_plural = _("picture"), _("pictures")
    template_before = "admin/events/event/several_pictures.html"
    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = (
        (None, {"fields": ["file", ("alt", "role"), "position"]}),
        (
            _("What stays in view when it is cut"),
            {"classes": ["collapse"], "fields": [("focal_x", "focal_y")]},
        ),
    )
    shown_instead = {"file": "shown_picture", "role": None, "position": None}

    def get_queryset(self, request: HttpRequest) -> QuerySet[MediaFile]:
        event = getattr(request, "event_shown", None)
        return pictures_of(event) if event else MediaFile.objects.none()

    @admin.display(description=_("picture"))
    def shown_picture(self, file: MediaFile) -> SafeString:
        return render_to_string(SHOWN, shown_of(file))
