"""An event in other languages than its own."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from events.admin.fields import MarkdownInput, keep_known, languages, one_of
from events.admin.rows import EventInline, EventRow
from events.domain.events import set_text
from events.models import EventText

TEXTS = {"title", "summary", "description"}


class EventTextRow(EventRow):
    language = one_of(languages, label=_("language"))

    class Meta:
        model = EventText
        fields = "__all__"  # noqa: DJ007 - the inline's own list of fields says which
        widgets = {"description": MarkdownInput()}  # noqa: RUF012 - Django's own way

    def __init__(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def] # Django's own
        super().__init__(*args, **kwargs)
        if "language" in self.fields and not self.instance._state.adding:
            keep_known(self.fields["language"], self.instance.language)  # type: ignore[arg-type] # declared above

    def act(self, row: EventText | None) -> EventText:
        now, language = timezone.now(), self.cleaned_data["language"]
        if row is not None and row.language != language:
            set_text(self.parent, language=row.language, texts={}, by=self.by, now=now)
        text = set_text(
            self.parent, language=language, texts=self.facts(TEXTS), by=self.by, now=now
        )
        assert text is not None  # the form does not let the title be empty
        return text

    def take_away(self, row: EventText) -> None:
        set_text(
            self.parent, language=row.language, texts={}, by=self.by, now=timezone.now()
        )


class EventTextInline(EventInline, StackedInline):
    model = EventText
    form = EventTextRow
    fields = ["language", "title", "summary", "description"]
