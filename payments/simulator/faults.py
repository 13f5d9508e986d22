"""What can go wrong with a gateway, on demand: so many times, for one kind of call or for all."""

import threading
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "error_before",  # 500, and nothing was done
    "error_after",  # 500, and it was done
    "accept_then_drop",  # it was done, and the line went dead
    "drop",  # the line went dead before anything was done
    "slow",  # the right answer, after `seconds`
    "truncated",  # it was done, and half of the answer came
}
NOTICE_KINDS = {"lose", "double", "forge", "hold"}


@dataclass
class Faults:
    left: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, wanted: dict[str, Any]) -> None:
        if wanted.get("kind") not in KINDS | NOTICE_KINDS:
            raise ValueError("unknown kind of fault")
        with self.lock:
            self.left.append({"call": "", "times": 1, "seconds": 0.0, **wanted})

    def forget(self) -> None:
        with self.lock:
            self.left.clear()

    def next(self, call: str) -> dict[str, Any] | None:
        """The first that is meant for such a call, once less from now on."""
        wanted = NOTICE_KINDS if call == "notice" else KINDS
        with self.lock:
            for one in self.left:
                if one["kind"] in wanted and one["call"] in ("", call) and one["times"] > 0:
                    one["times"] -= 1
                    return dict(one)
        return None
