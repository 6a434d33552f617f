"""Money as integers: every amount is a whole number of micros, a millionth of its account's unit.

No float touches money anywhere. Amounts finer than a micro are refused, never rounded; the one place that
rounds prices is the rating module, and `convert` rounds for display only.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NewType

Micros = NewType("Micros", int)

MICROS_PER_UNIT = 1_000_000
MAX_MICROS = 2**63 - 1

# ISO 4217 currencies whose smallest unit is not a hundredth, as Stripe counts them.
_ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DECIMAL = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# These have no decimals any more, but Stripe goes on counting them in hundredths and takes whole units alone.
_WHOLE_UNITS = frozenset(["ISK", "UGX"])


class InexactAmount(ValueError):
    """An amount cannot be written exactly in the unit asked for."""


def to_micros(amount: str | int | Decimal) -> Micros:
    """Return whole units as micros.

    Raises:
        InexactAmount: not a finite number, finer than a micro, or past 64 bits.
    """
    try:
        value = Decimal(amount)
    except (InvalidOperation, ValueError) as error:
        raise InexactAmount("the amount is not a number") from error
    if not value.is_finite() or value.adjusted() > 18:
        raise InexactAmount("the amount is out of range")
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if not value:
        return Micros(0)
    if len(digits) > 60 or value.adjusted() < -6:
        raise InexactAmount("the amount is finer than a millionth")
    magnitude, shift = int("".join(map(str, digits))), exponent + 6
    whole, rest = (magnitude * 10**shift, 0) if shift >= 0 else divmod(magnitude, 10**-shift)
    if rest:
        raise InexactAmount("the amount is finer than a millionth")
    if whole > MAX_MICROS:
        raise InexactAmount("the amount is out of range")
    return Micros(-whole if sign else whole)


def decimal_text(amount_micros: int) -> str:
    """Write micros as whole units with exact digits: no exponent, no trailing zeros, no negative zero."""
    sign = "-" if amount_micros < 0 else ""
    whole, fraction = divmod(abs(amount_micros), MICROS_PER_UNIT)
    return f"{sign}{whole}.{fraction:06d}".rstrip("0").rstrip(".") if fraction else f"{sign}{whole}"


def from_micros(amount_micros: int) -> Decimal:
    """Return micros as an exact Decimal of whole units."""
    return Decimal(decimal_text(amount_micros))


def micros_per_minor_unit(currency: str) -> int:
    """Return how many micros Stripe's unit of the currency is: 10,000 for USD, 1,000,000 for JPY, 1,000 for KWD."""
    if currency.upper() in _ZERO_DECIMAL:
        return MICROS_PER_UNIT
    return 1_000 if currency.upper() in _THREE_DECIMAL else 10_000


def payable_step(currency: str) -> int:
    """Return the smallest amount that can be paid at Stripe, in micros; every amount paid is a multiple of it.

    That is the smallest unit, but ten of them where there are three decimals, and a whole one for ISK and UGX.
    """
    if currency.upper() in _WHOLE_UNITS:
        return MICROS_PER_UNIT
    return micros_per_minor_unit(currency) * (10 if currency.upper() in _THREE_DECIMAL else 1)


def usual_decimals(currency: str) -> int:
    """Return with how many decimals amounts of the currency are written."""
    if currency.upper() in _ZERO_DECIMAL | _WHOLE_UNITS:
        return 0
    return 3 if currency.upper() in _THREE_DECIMAL else 2


def to_minor_units(amount_micros: int, currency: str) -> int:
    """Return micros in the currency's smallest unit, as Stripe counts money.

    Raises:
        InexactAmount: the amount is not one that can be paid at Stripe.
    """
    if amount_micros % payable_step(currency):
        least = decimal_text(payable_step(currency))
        raise InexactAmount(f"{decimal_text(amount_micros)} {currency} is not a whole number of {least} {currency}")
    return amount_micros // micros_per_minor_unit(currency)


def from_minor_units(amount: int, currency: str) -> Micros:
    """Return an amount in the currency's smallest unit, as Stripe tells it, as micros."""
    return Micros(amount * micros_per_minor_unit(currency))


def divide_half_even(numerator: int, denominator: int) -> int:
    """Divide integers, rounding half to even; the denominator is positive."""
    whole, rest = divmod(numerator, denominator)
    return whole + (rest * 2 > denominator or (rest * 2 == denominator and whole % 2 == 1))


def convert(amount_micros: int, rate_micros: int) -> Micros:
    """Convert for display at `rate_micros` (micros of the target per whole unit), half to even."""
    return Micros(divide_half_even(amount_micros * rate_micros, MICROS_PER_UNIT))


def convert_parts(amounts_micros: Sequence[int], rate_micros: int) -> list[Micros]:
    """Convert the rows of a total so that they add up to the converted total: largest remainder, ties to the earliest.

    A row is at most a micro away from its own exact conversion; amounts of either sign may stand beside each other.
    """
    shares = [divmod(amount * rate_micros, MICROS_PER_UNIT) for amount in amounts_micros]
    missing = convert(sum(amounts_micros), rate_micros) - sum(whole for whole, _ in shares)
    raised = _largest([rest for _, rest in shares], missing)
    return [Micros(whole + (row in raised)) for row, (whole, _) in enumerate(shares)]


def _largest(remainders: Sequence[int], count: int) -> frozenset[int]:
    """Return which rows have the largest remainders, ties to the earliest."""
    ranked = sorted(range(len(remainders)), key=lambda row: (-remainders[row], row))
    return frozenset(ranked[:count])


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights with the largest remainder, ties to the earliest; the parts add up exactly.

    Raises:
        ValueError: no weight is positive, or one is negative.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative with a positive sum")
    sign, magnitude = (-1, -total) if total < 0 else (1, total)
    shares = [divmod(magnitude * weight, whole) for weight in weights]
    missing = magnitude - sum(share for share, _ in shares)
    raised = _largest([rest for _, rest in shares], missing)
    return [sign * (share + (row in raised)) for row, (share, _) in enumerate(shares)]
