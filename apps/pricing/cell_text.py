"""A price table as lines of text, in the form that staff type and read.

input 1.25                          for a million tokens
cache_read above=200000 0.25        for calls with more than 200,000 input tokens
output tier=priority 20
output_seconds variant=1080p 0.165  for one unit
tier flex 0.5                       a tier as a factor of the standard prices
region eu 1.1                       token prices in a region, as a factor
other tiers standard
cost 1.3 USD                        the call's cost in this currency times 1.3
month input graduated 10000000=1.25 1   by the month's total: to 10 million at 1.25, then at 1 a million
month searches package 1000 5           for each 1,000 begun
"""

import re
from typing import Final

from apps.common.money import decimal_text
from apps.pricing.cells import ANY, STANDARD, YOCTO_DIGITS, Cell, CellTable
from apps.pricing.errors import TooFine
from apps.pricing.month_prices import ALL_TOKENS, MOST_ONES, MonthPrice, MonthScheme, Step
from apps.pricing.terms import MATCHED
from apps.pricing.token_kinds import KINDS, UNITS

TOKENS_PER_PRICE: Final = 1_000_000
MOST_DECIMALS: Final = 60  # that are read; a price may use as many as make 24 for one
_DECIMAL = re.compile(rf"\d{{1,12}}(\.\d{{1,{MOST_DECIMALS}}})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_FACTOR = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)


class NotATable(ValueError):
    """A line cannot be read; the text names the line and the rule."""


def read_lines(text: str) -> CellTable:
    """Return the table that the lines describe.

    Raises:
        NotATable: a line is malformed. TooFine: a price is finer than a yocto (10^-24) for one token or unit.
    """
    cells: list[tuple[Cell, dict[str, str]]] = []
    multipliers: dict[str, int] = {}
    regions: dict[str, int] = {}
    months: list[MonthPrice] = []
    other_tiers_standard, per_cost_ppm, cost_currency = False, 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if words == ["other", "tiers", "standard"]:
            other_tiers_standard = True
        elif words[0] in ("tier", "region") and len(words) == 3:
            factors = multipliers if words[0] == "tier" else regions
            if words[1] in factors:
                raise NotATable(f"Line {number}: {words[0]} {words[1][:40]} has a factor already.")
            factors[words[1]] = _factor(number, words[2])
        elif words[0] == "month":
            months.append(_month_price(f"Line {number}", words[1:]))
        elif words[0] == "cost":
            if cost_currency:
                raise NotATable(f"Line {number}: there is a factor of the cost already.")
            per_cost_ppm, cost_currency = _share_of_cost(number, words[1:])
        else:
            cells.append(_cell(number, words))
    match_by = tuple(dict.fromkeys(name for _, named in cells for name in named))
    placed = [
        Cell(cell.of, cell.yoctos, cell.tier, cell.above, tuple(named.get(name, ANY) for name in match_by))
        for cell, named in cells
    ]
    return CellTable(
        tuple(placed),
        multipliers,
        other_tiers_standard,
        match_by,
        per_cost_ppm,
        regions,
        tuple(months),
        cost_currency,
    )


def _share_of_cost(number: int, words: list[str]) -> tuple[int, str]:
    if len(words) != 2 or not _CURRENCY.fullmatch(words[1]):
        raise NotATable(f"Line {number}: after cost, write a factor and the currency of the cost, such as 1.3 USD.")
    return _factor(number, words[0]), words[1]


def _month_price(where: str, words: list[str]) -> MonthPrice:
    if len(words) < 3 or words[1] not in list(MonthScheme) or words[0] not in (ALL_TOKENS, *KINDS, *UNITS):
        raise NotATable(
            f"{where}: after month, write a token kind, a unit or {ALL_TOKENS}; graduated, volume or package; prices."
        )
    of, scheme, *steps = words
    if scheme == MonthScheme.PACKAGE:
        if len(steps) != 2:
            raise NotATable(f"{where}: a package has a size and a price.")
        return MonthPrice(of, MonthScheme.PACKAGE, (Step(_ones(where, steps[0]), yoctos_of("", steps[1], where)),))
    *first, last = steps
    named = [step.partition("=") for step in first]
    found = [Step(_ones(where, end), yoctos_of(of, price, where)) for end, _, price in named]
    return MonthPrice(of, MonthScheme(scheme), (*found, Step(None, yoctos_of(of, last, where))))


def _ones(where: str, text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 0 < int(text[:20]) <= MOST_ONES:
        raise NotATable(f"{where}: {text[:40]} is not a whole number of tokens or units, such as 1000000=1.25.")
    return int(text)


def _month_line(price: MonthPrice) -> str:
    if price.scheme is MonthScheme.PACKAGE:
        (step,) = price.steps
        return f"month {price.of} package {step.up_to} {price_text('', step.yoctos)}"
    ends = ["" if each.up_to is None else f"{each.up_to}=" for each in price.steps]
    steps = [end + price_text(price.of, each.yoctos) for end, each in zip(ends, price.steps, strict=True)]
    return " ".join(["month", price.of, price.scheme.value, *steps])


def _cell(number: int, words: list[str]) -> tuple[Cell, dict[str, str]]:
    if len(words) < 2:
        raise NotATable(f"Line {number}: write a token kind or unit, and its price.")
    of, *named, price = words
    if of not in KINDS and of not in UNITS:
        raise NotATable(f"Line {number}: {of[:40]} is neither a token kind nor a unit.")
    options = {name: value for name, _, value in (word.partition("=") for word in named)}
    tier, above = options.pop("tier", STANDARD), options.pop("above", "0")
    if (
        len({word.partition("=")[0] for word in named}) < len(named)
        or not all(name in MATCHED and value for name, value in options.items())
        or not above.isdecimal()
        or len(above) > 12
    ):
        raise NotATable(f"Line {number}: write tier=, above= or one of {', '.join(MATCHED)} before the price.")
    return Cell(of, yoctos_of(of, price, f"Line {number}"), tier, int(above)), options


def yoctos_of(of: str, price: str, where: str) -> int:
    """Return a price per million tokens, or per unit, in yoctos for one.

    Raises:
        NotATable: it is not a plain decimal number. TooFine: it is finer than a yocto.
    """
    if not _DECIMAL.fullmatch(price):
        raise NotATable(f"{where}: {price[:40]} is not a price: write a plain decimal number.")
    finer: int = 10 ** (MOST_DECIMALS - YOCTO_DIGITS)
    exact, rest = divmod(_scaled(price, MOST_DECIMALS), _ones_per_price(of) * finer)
    if rest:
        raise TooFine(f"{where}: {price[:40]} is finer than 24 decimals for one", field="cells")
    return exact


def _ones_per_price(of: str) -> int:
    return TOKENS_PER_PRICE if of in KINDS or of == ALL_TOKENS else 1


def _scaled(text: str, digits: int) -> int:
    """Return a plain decimal with at most this many decimals as a whole number of its last one."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(digits, "0"))


def _factor(number: int, text: str) -> int:
    if not _FACTOR.fullmatch(text):
        raise NotATable(f"Line {number}: {text[:40]} is not a factor with at most six decimals.")
    return _scaled(text, 6)


def price_text(of: str, yoctos: int) -> str:
    """Write the price of a million tokens, or of one unit, with every decimal."""
    return decimal_text(yoctos * _ones_per_price(of), YOCTO_DIGITS)


def write_lines(table: CellTable) -> str:
    """Write a table as the lines that `read_lines` reads."""
    lines = []
    for cell in table.cells:
        options = [f"tier={cell.tier}"] if cell.tier != STANDARD else []
        options += [f"above={cell.above}"] if cell.above else []
        matched = zip(table.match_by, cell.match, strict=False)
        options += [f"{name}={value}" for name, value in matched if value != ANY]
        lines.append(" ".join([cell.of, *options, price_text(cell.of, cell.yoctos)]))
    for tier, factor in table.multipliers.items():
        lines.append(f"tier {tier} {decimal_text(factor)}")
    for region, factor in table.region_factors.items():
        lines.append(f"region {region} {decimal_text(factor)}")
    lines.extend(map(_month_line, table.month_prices))
    if table.other_tiers_standard:
        lines.append("other tiers standard")
    if table.per_cost_ppm:
        lines.append(f"cost {decimal_text(table.per_cost_ppm)} {table.cost_currency}")
    return "\n".join(lines)
