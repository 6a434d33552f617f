"""Deliberate faults, so that tests can see how the caller handles them."""

from dataclasses import dataclass, field
from threading import Lock

KINDS = frozenset(
    ["latency", "drop_before", "drop_after", "500_before", "500_after", "429", "409", "403", "401", "junk"]
)


@dataclass(slots=True)
class Fault:
    """One fault for the next `times` requests whose method and path start like this.

    `seconds` is the length of a slow response or of Retry-After; `body` is the junk response, or the missing
    permission.
    """

    kind: str
    method: str = "POST"
    path: str = "/v1/"
    times: int = 1
    seconds: float = 0.0
    body: str = "{}"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {sorted(KINDS)}")


@dataclass(slots=True)
class Faults:
    """Faults not yet used up, in order."""

    waiting: list[Fault] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, fault: Fault) -> None:
        with self.lock:
            self.waiting.append(fault)

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this request and count it down."""
        with self.lock:
            for fault in self.waiting:
                if fault.method == method and path.startswith(fault.path):
                    fault.times -= 1
                    if fault.times == 0:
                        self.waiting.remove(fault)
                    return fault
        return None
