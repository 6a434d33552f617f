"""What the demo shows, one module per topic; each offers `steps(demo)`. The order here does not matter."""

from collections.abc import Callable, Iterable

from apps.demo.scenarios import wallets
from apps.demo.timeline import Demo, Step

SCENARIOS: tuple[Callable[[Demo], Iterable[Step]], ...] = (wallets.steps,)
