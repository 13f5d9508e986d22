"""docs/events.md: every type of event, written from the code."""

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

from ticketing.core.outbox.events import Event, event_types, types_of
from ticketing.core.outbox.subscribers import subscribers_to

HEAD = """\
# Events

What the apps announce, and who listens. Written by `manage.py event_catalogue`; a test holds it current.
An event is delivered at least once to each subscriber, in no particular order
([docs/adr/0009](adr/0009-outbox-and-relay.md)). A field with a default may be added to a version;
every other change is a new version.
"""


def catalogue() -> str:
    sections = [HEAD]
    for _, event in sorted(event_types.items()):
        sections.append("\n".join(section(event)))
    if not event_types:
        sections.append("Nothing is announced yet.\n")
    return "\n".join(sections)


def section(event: type[Event]) -> Iterator[str]:
    yield f"## {event.event_name}.{event.event_version}\n"
    if words := words_about(event):
        yield f"{words}\n"
    hints = types_of(event)  # type: ignore[arg-type] # a class has a hash
    if own := fields(event):
        yield "| field | type |"
        yield "| --- | --- |"
        for field in own:
            optional = "" if field.default is MISSING else f" = {field.default}"
            yield f"| `{field.name}` | {type_name(hints[field.name])}{optional} |"
        yield ""
    listening = [
        f"- `{one.name}`, run by {f'workers of the queue {one.queue}' if one.queue else 'the relay'}"
        for one in subscribers_to(event)
    ]
    yield from listening or ["Nobody listens yet."]
    yield ""


def words_about(event: type[Event]) -> str:
    words = inspect.getdoc(event) or ""
    # Without a docstring a dataclass gets its signature for one.
    return "" if words.startswith(f"{event.__name__}(") else words


def type_name(kind: Any) -> str:
    text = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)
    return text.replace("uuid.", "").replace("datetime.", "").replace("|", "or")
