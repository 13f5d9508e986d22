"""Facts that stop a use case, in words for the person who asked.

Domain modules derive their own errors from these, beside the function that raises them. What
becomes of them — a problem document, a form error — is decided in problems.py alone.
"""

from typing import Any, ClassVar


class DomainError(Exception):
    code: ClassVar[str]
    """Machine-readable and never changed: clients build on it."""
    message: ClassVar[Any]
    """A lazy translation; what was kept and what to do belong in it."""
    retry_after: int | None = None
    """Seconds after which it may be different, where asking again makes sense."""

    def __init__(self, message: Any = None, *, field: str | None = None, **facts: Any) -> None:
        self.text = message or self.message
        self.field = field
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.text)


class InvalidInput(DomainError):
    """What was sent cannot be right, whatever the state."""


class NotAllowed(DomainError):
    """The one who asks may not."""


class NotThere(DomainError):
    """It does not exist, or not for the one who asks."""


class Conflict(DomainError):
    """The state forbids it."""


class Mismatch(DomainError):
    """It does not go with what was sent before."""


class NeedsProof(DomainError):
    """Something has to be shown first; the facts say what."""


class TryLater(DomainError):
    """Something it needs is away; `retry_after` says for how many seconds at least."""

    retry_after = 5


class NotSignedIn(DomainError):
    """Who asks is not known, or not any more."""


class TooOften(DomainError):
    """Not before `retry_after` seconds have passed."""

    def __init__(self, message: Any, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
