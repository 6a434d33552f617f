"""Prices as text for staff: per unit, or per million tokens, with every decimal."""

import re
from decimal import Decimal

from apps.common.admin import count_text, money_text, quantity_text, reader
from apps.common.money import MAX_MICROS, MICROS_PER_UNIT, decimal_text
from apps.pricing.cell_text import price_text as cell_price
from apps.pricing.cell_text import write_lines
from apps.pricing.cells import STANDARD, CellTable
from apps.pricing.models import PriceVersion
from apps.pricing.rating import PriceRule, Scheme, Tier

_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,60})?", re.ASCII)
_PLACES = 12


class NotAPrice(ValueError):
    """A text is not the price of one unit; the message says why, `code` which rule it breaks."""

    def __init__(self, message: str, code: str = "not_a_price") -> None:
        super().__init__(message)
        self.code = code


def read_one(text: str) -> int:
    """Return the price of one unit, with up to twelve decimals, in micros per million units.

    Raises:
        NotAPrice: it is not a plain number, or has more than twelve decimals.
    """
    price = Decimal(text).scaleb(_PLACES) if _DECIMAL.fullmatch(text) else None
    if price is None or price > MAX_MICROS:
        raise NotAPrice(f"{text[:40]} is not a price: write a plain number with at most twelve decimals.")
    if price % 1:
        raise NotAPrice(f"{text[:40]} is finer than twelve decimals, which the price of one unit may have.", "too_fine")
    return int(price)


def one_text(micros_per_million: int) -> str:
    """Write the price of one unit with up to twelve decimals."""
    text = f"{Decimal(micros_per_million).scaleb(-12):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def price_text(version: PriceVersion) -> str:
    """Describe a price in a few words; its book should be loaded."""
    return rule_text(version.rule, version.book.currency)


def terms_in_words(version: PriceVersion) -> list[str]:
    """Describe all prices of a version: in a few words, then each tier or each line of its price table."""
    rule, unit = version.rule, version.book.currency
    if rule.table is not None:
        return [price_text(version), *write_lines(rule.table).splitlines()]
    if rule.scheme in (Scheme.GRADUATED, Scheme.VOLUME):
        return [price_text(version), *(_tier_text(tier, unit) for tier in rule.tiers)]
    return [price_text(version)]


def _tier_text(tier: Tier, unit: str) -> str:
    """Write up to which quantity a tier goes, the price of one unit in it, and its fixed amount if it has one."""
    upper = "above" if tier.up_to_micros is None else f"up to {quantity_text(tier.up_to_micros)}"
    fixed = f" and {money_text(tier.flat_micros, unit)}" if tier.flat_micros else ""
    return f"{upper}: {_each_text(tier.micros_per_million, unit)}{fixed}"


def rule_text(rule: PriceRule, unit: str) -> str:
    """Describe a price in a currency in a few words."""
    if rule.scheme is Scheme.PER_TOKEN:
        sides = (rule.input_micros_per_million, rule.output_micros_per_million, rule.micros_per_million)
        named = zip((" in", " out", " in or out" if any(sides[:2]) else ""), sides, strict=True)
        prices = ", ".join(f"{money_text(side, unit)}{name}" for name, side in named if side is not None)
        return f"{prices} a million tokens"
    if rule.table is not None:
        return _table_text(rule.table, unit)
    if rule.scheme is Scheme.PACKAGE:
        return f"{money_text(rule.package_price_micros, unit)} for each {quantity_text(rule.package_size_micros)}"
    if rule.scheme in (Scheme.GRADUATED, Scheme.VOLUME):
        return f"{len(rule.tiers)} tiers, from {_each_text(rule.tiers[0].micros_per_million, unit)}"
    return _each_text(rule.micros_per_million or 0, unit)


def _each_text(micros_per_million: int, unit: str) -> str:
    """Write the price of one unit for the reader: as money, or with all its decimals if it is finer than a micro."""
    micros, finer = divmod(micros_per_million, MICROS_PER_UNIT)
    price = f"{reader().style.digits(one_text(micros_per_million))} {unit}" if finer else money_text(micros, unit)
    return f"{price} each"


def _table_text(table: CellTable, unit: str) -> str:
    """Describe a price table by the prices of plain input and output, or by how many prices it has."""
    prices = table.filled(("",) * len(table.match_by))
    sides = [
        f"{reader().style.digits(cell_price(of, found.yoctos))} {unit} {name}"
        for of, name in (("input", "in"), ("output", "out"))
        if (found := prices.get((of, STANDARD, 0)))
    ]
    by_month = [f"{each.of} by the month, {each.scheme}" for each in table.month_prices]
    if sides:
        return ", ".join([", ".join(sides) + " a million tokens", *by_month])
    counts = [f"{len(table.cells)} prices"] if table.cells else []
    return ", ".join([*counts, *by_month]) or "a share of the cost"


def filled_text(table: CellTable) -> str:
    """Write a price table as typed, then the prices that are derived from it, each with its origin."""
    lines = [write_lines(table)]
    for (of, tier, above), found in sorted(table.filled(("",) * len(table.match_by)).items()):
        source = found.source
        if (source.of, source.tier, source.above) != (of, tier, above):
            place = f"{of} {tier}" + (f" above {count_text(above)} input tokens" if above else "")
            origin = f"{source.of} {source.tier}" + (f" above {count_text(source.above)}" if source.above else "")
            lines.append(f"{place}: {cell_price(of, found.yoctos)}, from {origin}")
    return "\n".join(lines)


def tiers_text(version: PriceVersion) -> str:
    """Write tiers as lines, in the form in which they are typed."""
    return "\n".join(map(tier_line, version.tiers))


def tier_line(tier: dict[str, int | None]) -> str:
    """Write one tier: its upper bound, the price of one unit, and its fixed amount if it has one."""
    upper, price, flat = tier["up_to_micros"], tier["micros_per_million"], tier.get("flat_micros") or 0
    reach = "rest" if upper is None else decimal_text(upper)
    return f"{reach} {one_text(price or 0)}" + (f" {decimal_text(flat)}" if flat else "")
