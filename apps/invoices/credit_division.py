"""Divide a credit note over the lines of its invoice. Pure; amounts are micros and multiples of the payable step."""

from collections.abc import Mapping, Sequence

from apps.common.money import split


def credit_by_amount(amount: int, left: Sequence[int], step: int) -> list[int]:
    """Divide a net amount over lines in proportion to what is left of each, by largest remainder.

    Raises:
        ValueError: it is not positive, not a multiple of the step, or more than is left.
    """
    if amount <= 0 or amount % step or amount > sum(left):
        raise ValueError("the amount is positive, in payable steps, and at most what is left")
    return [part * step for part in split(amount // step, [each // step for each in left])]


def credit_by_line(wanted: Mapping[int, int], left: Mapping[int, int], step: int) -> int | None:
    """Return the first line whose amount is not payable or exceeds what is left of the line; None if all are valid."""
    for line, amount in wanted.items():
        if not 0 < amount <= left.get(line, 0) or amount % step:
            return line
    return None
