"""A page's form as a browser would send it back: what it shows, and what somebody changes."""

from html.parser import HTMLParser
from typing import Any


class Filled(HTMLParser):
    """What stands in the fields of the form with this id; of the last rows' templates nothing."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.is_inside = form, False
        self.sent: dict[str, Any] = {}
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.is_inside = given.get("id") == self.form
        name = given.get("name", "")
        if not self.is_inside or (tag != "option" and (not name or "disabled" in given)):
            return
        if tag == "input" and given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.sent[name] = given.get("value", "on")
        elif tag == "input" and given.get("type") not in {"submit", "button"}:
            self.sent[name] = given.get("value", "")
        elif tag == "textarea":
            self.area, self.sent[name] = name, ""
        elif tag == "select":
            self.select, self.sent[name] = name, [] if "multiple" in given else ""
        elif tag == "option" and self.select and "selected" in given:
            self.choose(given.get("value", ""))

    def choose(self, value: str) -> None:
        assert self.select is not None
        if isinstance(self.sent[self.select], list):
            self.sent[self.select].append(value)
        else:
            self.sent[self.select] = value

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            # The first line break after the tag is the template's own.
            self.sent[self.area] = self.sent[self.area].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.is_inside = False


def sent_from(answer: Any, form: str = "event_form", **typed: Any) -> dict[str, Any]:
    """All that the form shows, by name, with what is typed over it; None is left out."""
    page = Filled(form)
    page.feed(answer.text)
    sent = {name: value for name, value in page.sent.items() if "__prefix__" not in name}
    return {name: value for name, value in (sent | typed).items() if value is not None}


def row(answer: Any, prefix: str, **typed: Any) -> dict[str, Any]:
    """One more row of an inline, with what is typed into it."""
    page = Filled("event_form")
    page.feed(answer.text)
    place = int(page.sent[f"{prefix}-TOTAL_FORMS"])
    template = f"{prefix}-__prefix__-"
    fresh = {
        name.replace("__prefix__", str(place)): value
        for name, value in page.sent.items()
        if name.startswith(template)
    }
    given = {f"{prefix}-{place}-{name}": value for name, value in typed.items()}
    return {**fresh, **given, f"{prefix}-TOTAL_FORMS": place + 1}
