"""The amounts that an invoice prints: lines in the currency's payable step, and the remainder for the next one.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.common.money import Micros


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """The printed amounts, all in micros: lines, reductions, and their difference, the net of the document.

    `carried_out` is smaller than the payable step; it is added to the next document.
    """

    lines: tuple[Micros, ...]
    reductions: tuple[Micros, ...]
    net: Micros
    carried_out: Micros


def print_lines(
    lines: Sequence[int], reductions: Sequence[int] = (), *, carried_in: int = 0, step: int
) -> PrintedLines:
    """Round exact amounts in micros so that lines less reductions are the net, and the net plus the rest is exact.

    `carried_in + lines - reductions = net + carried_out`. Each amount is rounded down, a reduction as a negative
    amount; the missing steps go to the largest remainders, ties to the earliest line. `carried_in` can be negative
    after an earlier invoice was voided; then the largest amounts print one step less.
    """
    exact = [*lines, *(-each for each in reductions)]
    steps, carried_out = divmod(sum(exact) + carried_in, step)
    parts = [divmod(each, step) for each in exact]
    missing = steps - sum(whole for whole, _ in parts)
    if missing < 0:
        change, ranked = -1, sorted(range(len(parts)), key=lambda place: (-parts[place][0], place))
    else:
        change, ranked = 1, sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))
    turns, rest = divmod(abs(missing), len(parts)) if parts else (0, 0)
    changed = frozenset(ranked[:rest])
    printed = [(whole + change * (turns + (place in changed))) * step for place, (whole, _) in enumerate(parts)]
    return PrintedLines(
        lines=tuple(Micros(each) for each in printed[: len(lines)]),
        reductions=tuple(Micros(-each) for each in printed[len(lines) :]),
        net=Micros(steps * step),
        carried_out=Micros(carried_out),
    )
