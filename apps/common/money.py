"""Money as integers: every amount is a whole number of micros, millionths of its account's unit.

Money is never a float. Amounts finer than a micro are refused, not rounded; only the rating module rounds prices, and
`convert` rounds for display only.
"""

import re
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
# These no longer have decimals, but Stripe still counts them in hundredths and accepts whole units only.
_WHOLE_UNITS = frozenset(["ISK", "UGX"])
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class InexactAmount(ValueError):
    """An amount cannot be written exactly in the requested unit."""


def to_micros(amount: str | int | Decimal) -> Micros:
    """Convert whole units to micros.

    Raises:
        InexactAmount: not a finite number, finer than a micro, or beyond 64 bits.
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


def decimal_text(amount: int, places: int = 6) -> str:
    """Write a whole number of 10^-places, by default micros, as whole units with exact digits.

    There is no exponent, no trailing zero and no negative zero.
    """
    sign = "-" if amount < 0 else ""
    whole, fraction = divmod(abs(amount), 10**places)
    return f"{sign}{whole}.{fraction:0{places}d}".rstrip("0") if fraction else f"{sign}{whole}"


def money_text(amount_micros: int, unit: str = "") -> str:
    """Write micros for people: `amount_text` followed by the unit."""
    return f"{amount_text(amount_micros, unit)} {unit}".strip()


def amount_text(amount_micros: int, unit: str) -> str:
    """Write micros without the unit: grouped digits, at least the currency's usual decimals, never rounded.

    A yen has no decimals, a dinar three; of an unknown unit only significant decimals are shown.
    """
    whole, _, fraction = decimal_text(abs(amount_micros)).partition(".")
    fraction = fraction.ljust(shown_decimals(unit), "0")
    sign = "-" if amount_micros < 0 else ""
    return f"{sign}{int(whole):,}" + (f".{fraction}" if fraction else "")


def shown_decimals(unit: str) -> int:
    """Return how many decimals are always shown of a unit; none unless it is a currency."""
    return usual_decimals(unit) if _CURRENCY.fullmatch(unit) else 0


def from_micros(amount_micros: int) -> Decimal:
    """Return micros as an exact Decimal of whole units."""
    return Decimal(decimal_text(amount_micros))


def micros_per_minor_unit(currency: str) -> int:
    """Return the micros in Stripe's unit of the currency: 10,000 for USD, 1,000,000 for JPY, 1,000 for KWD."""
    if currency.upper() in _ZERO_DECIMAL:
        return MICROS_PER_UNIT
    return 1_000 if currency.upper() in _THREE_DECIMAL else 10_000


def payable_step(currency: str) -> int:
    """Return the smallest amount payable at Stripe, in micros; every payable amount is a multiple of it.

    It is the currency's smallest unit, but ten of those for three-decimal currencies, and a whole unit for ISK and UGX.
    """
    if currency.upper() in _WHOLE_UNITS:
        return MICROS_PER_UNIT
    return micros_per_minor_unit(currency) * (10 if currency.upper() in _THREE_DECIMAL else 1)


def smallest_transfer(currency: str) -> int:
    """Return the smallest amount that banks transfer, in micros: a fils in Kuwait, where Stripe takes only ten."""
    return int(10 ** (6 - usual_decimals(currency)))


def usual_decimals(currency: str) -> int:
    """Return how many decimals amounts of the currency usually have."""
    if currency.upper() in _ZERO_DECIMAL | _WHOLE_UNITS:
        return 0
    return 3 if currency.upper() in _THREE_DECIMAL else 2


def in_smallest_units(amount_micros: int, unit: str) -> Micros:
    """Round an amount to the decimals always shown of its unit, for display; one that would be zero stays exact."""
    step = 10 ** (6 - shown_decimals(unit))
    return Micros(divide_half_even(amount_micros, step) * step or amount_micros)


def to_minor_units(amount_micros: int, currency: str) -> int:
    """Convert micros to the currency's smallest unit, as Stripe counts money.

    Raises:
        InexactAmount: the amount cannot be paid at Stripe.
    """
    if amount_micros % payable_step(currency):
        least = decimal_text(payable_step(currency))
        raise InexactAmount(f"{decimal_text(amount_micros)} {currency} is not a whole number of {least} {currency}")
    return amount_micros // micros_per_minor_unit(currency)


def from_minor_units(amount: int, currency: str) -> Micros:
    """Convert an amount in the currency's smallest unit, as Stripe reports it, to micros."""
    return Micros(amount * micros_per_minor_unit(currency))


def divide_half_even(numerator: int, denominator: int) -> int:
    """Divide integers, rounding half to even; the denominator is positive."""
    whole, rest = divmod(numerator, denominator)
    return whole + (rest * 2 > denominator or (rest * 2 == denominator and whole % 2 == 1))


def convert(amount_micros: int, rate_micros: int) -> Micros:
    """Convert for display at `rate_micros` (micros of the target per whole unit), rounding half to even."""
    return Micros(divide_half_even(amount_micros * rate_micros, MICROS_PER_UNIT))


def convert_parts(amounts_micros: Sequence[int], rate_micros: int) -> list[Micros]:
    """Convert the rows of a total so that they add up to the converted total: largest remainder, earliest wins ties.

    Each row is within a micro of its exact conversion; amounts may have either sign.
    """
    shares = [divmod(amount * rate_micros, MICROS_PER_UNIT) for amount in amounts_micros]
    missing = convert(sum(amounts_micros), rate_micros) - sum(whole for whole, _ in shares)
    raised = _largest([rest for _, rest in shares], missing)
    return [Micros(whole + (row in raised)) for row, (whole, _) in enumerate(shares)]


def _largest(remainders: Sequence[int], count: int) -> frozenset[int]:
    """Return the indexes of the largest remainders; the earliest wins ties."""
    ranked = sorted(range(len(remainders)), key=lambda row: (-remainders[row], row))
    return frozenset(ranked[:count])


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights with the largest remainder method, earliest wins ties; the parts add up exactly.

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
