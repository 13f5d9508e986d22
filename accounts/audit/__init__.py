"""The record of who did what: written with the act, sealed into chains, proved by anchors."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.audit.domain.records import record

__all__ = ["record"]


def __getattr__(name: str) -> Any:
    """`audit.record`, loaded when first used: Django imports this package before its models."""
    if name != "record":
        raise AttributeError(name)
    from accounts.audit.domain.records import record  # noqa: PLC0415 - see above

    return record
