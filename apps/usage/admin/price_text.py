"""Prices as text for staff: per unit, or per million tokens, with every decimal."""

from decimal import Decimal

from apps.common.admin import money_text
from apps.common.money import decimal_text
from apps.pricing.models import PriceVersion
from apps.pricing.rating import Scheme


def one_text(micros_per_million: int) -> str:
    """Write the price of one unit with up to twelve decimals."""
    text = f"{Decimal(micros_per_million).scaleb(-12):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def price_text(version: PriceVersion) -> str:
    """Describe a price in a few words; its book should be loaded."""
    unit, rule = version.book.currency, version.rule
    if rule.scheme is Scheme.PER_TOKEN:
        sides = (rule.input_micros_per_million, rule.output_micros_per_million, rule.micros_per_million)
        named = zip(("in", "out", "blended"), sides, strict=True)
        return ", ".join(f"{money_text(side, unit)} {name}" for name, side in named if side is not None) + " a million"
    if rule.scheme is Scheme.PACKAGE:
        return f"{money_text(rule.package_price_micros, unit)} for each {decimal_text(rule.package_size_micros)}"
    if rule.scheme in (Scheme.GRADUATED, Scheme.VOLUME):
        return f"{len(rule.tiers)} tiers, from {one_text(rule.tiers[0].micros_per_million)} {unit} each"
    return f"{one_text(rule.micros_per_million or 0)} {unit} each"


def tiers_text(version: PriceVersion) -> str:
    """Write tiers as lines, in the form in which they are typed."""
    return "\n".join(map(tier_line, version.tiers))


def tier_line(tier: dict[str, int | None]) -> str:
    """Write one tier: its upper bound, the price of one unit, and its fixed amount if it has one."""
    upper, price, flat = tier["up_to_micros"], tier["micros_per_million"], tier.get("flat_micros") or 0
    reach = "rest" if upper is None else decimal_text(upper)
    return f"{reach} {one_text(price or 0)}" + (f" {decimal_text(flat)}" if flat else "")
