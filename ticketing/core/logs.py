"""One log line, one JSON object, with the request's id and without what is private."""

import logging
import re
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Redaction works on the finished line, so that tracebacks and what the database says of a
# broken constraint pass through it too.
PRIVATE = [
    # name@host
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    # password=…, "token": "…", Authorization: Bearer …
    (
        re.compile(
            r"(?i)((?:authorization|cookie|password|passwd|secret|token|api_?key|session)\w*"
            r"[\\\"']*\s*[:=]\s*[\\\"']*)(?:bearer\s+|basic\s+)?[^\s\\\"',;&}]+"
        ),
        r"\1[secret]",
    ),
    # postgresql://user:password@host
    (re.compile(r"(://[^:/@\s]+:)[^@\s]+@"), r"\1[secret]@"),
    # JSON web tokens
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"), "[token]"),
    # card numbers, in groups or in one
    (re.compile(r"\b\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}\b"), "[card]"),
]


def redact(line: str) -> str:
    for pattern, replacement in PRIVATE:
        line = pattern.sub(replacement, line)
    return line


class WithoutPaths(logging.Filter):
    """Django names the path of each request that fails; RequestMiddleware has its route."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = "unhandled_error", ()
        record.__dict__.pop("request", None)
        return bool(record.exc_info)


class JSONFormatter(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get() or None
        return redact(super().format(record))
