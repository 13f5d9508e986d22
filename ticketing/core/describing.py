"""What the API's description says of every call without its saying so: its errors, and the key
that makes a POST safe to repeat."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from ticketing.core.idempotency import HEADER

KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="The same key and body again, for 24 hours: the same answer, and nothing done twice.",
)
TEXT = {"type": "string"}
# RFC 9457, as ticketing.core.problems writes it; some codes bring more fields.
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For a person, in the language asked for."},
        "code": {"type": "string", "description": "For a program; it never changes."},
        "request_id": TEXT,
        "errors": {
            "type": "object",
            "description": "By the path of a field: what is wrong with it.",
            "additionalProperties": {"type": "array", "items": TEXT},
        },
    },
}


class Schema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        takes_keys = self.method == "POST" and getattr(self.view, "idempotency", None)
        return [*super().get_override_parameters(), *([KEY] if takes_keys else [])]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        problem = ResolvedComponent(  # type: ignore[no-untyped-call] # it has no types
            name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem"
        )
        self.registry.register_on_missing(problem)
        answer = {
            "description": "What is wrong, as a problem document.",
            "content": {"application/problem+json": {"schema": problem.ref}},
        }
        return {**super()._get_response_bodies(direction), "default": answer}
