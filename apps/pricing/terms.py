"""Checks of price terms, made before a draft is stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.common.money import MAX_MICROS
from apps.pricing.cells import ANY, PARTS_PER_MILLION, STANDARD, CellTable, read_table
from apps.pricing.errors import BandsNotRising, BandsWithMonthComponent, CellsMissing, PriceTermsInvalid
from apps.pricing.month_prices import ALL_TOKENS, MOST_ONES, MOST_STEPS, MonthPrice, MonthScheme
from apps.pricing.rating import Scheme
from apps.pricing.token_kinds import KINDS, PARENTS, UNITS

_TIER_FIELDS = {"up_to_micros", "micros_per_million", "flat_micros"}


def check_scheme_fits(*, scheme: str, counts: str, model: str) -> None:
    """Refuse a scheme that does not fit what the meter counts.

    Raises:
        PriceTermsInvalid: a price per token on a meter of something else, or a price of characters per model.
    """
    if scheme in (Scheme.PER_TOKEN, Scheme.CELLS) and counts != "tokens":
        raise PriceTermsInvalid("a price per token needs a meter that counts tokens", field="scheme")
    if counts == "characters" and model:
        raise PriceTermsInvalid("active characters are not priced per model", field="model")


def check_tiers(scheme: str, tiers: Sequence[Mapping[str, Any]]) -> None:
    """Refuse tiers that do not rise to an open-ended last one.

    Raises:
        PriceTermsInvalid: a tier is malformed. BandsNotRising: one does not rise, or the last one has an end.
    """
    if scheme not in (Scheme.GRADUATED, Scheme.VOLUME):
        if tiers:
            raise PriceTermsInvalid("only graduated and volume prices have tiers", field="tiers")
        return
    if not tiers:
        raise CellsMissing("a tiered price needs at least one tier", field="tiers")
    for number, tier in enumerate(tiers, start=1):
        _check_tier(number, tier, last=number == len(tiers))
    ends = [tier["up_to_micros"] for tier in tiers[:-1]]
    if any(later <= earlier for earlier, later in zip([0, *ends], ends, strict=False)):
        raise BandsNotRising("each tier must reach further than the one before", field="tiers")


def _check_tier(number: int, tier: Mapping[str, Any], *, last: bool) -> None:
    if not isinstance(tier, Mapping) or not {"up_to_micros", "micros_per_million"} <= set(tier) <= _TIER_FIELDS:
        raise PriceTermsInvalid(
            f"tier {number} needs up_to_micros and micros_per_million, and may have flat_micros", field="tiers"
        )
    if (tier["up_to_micros"] is None) != last:
        raise BandsNotRising("the last tier, and only the last, has no end", field="tiers")
    amounts = [tier["micros_per_million"], tier.get("flat_micros", 0)] + ([] if last else [tier["up_to_micros"]])
    if any(type(amount) is not int or not 0 <= amount <= MAX_MICROS for amount in amounts):
        raise PriceTermsInvalid(f"the numbers of tier {number} must be whole and not negative", field="tiers")


MOST_CELLS, MOST_BANDS, MOST_TIERS, MOST_DIMENSIONS, MOST_REGIONS = 512, 8, 8, 2, 64
MOST_MONTH_PRICES = 4
MOST_YOCTOS = 10**36  # 10^12 currency units for one
MATCHED = ("variant", "region", "operation", "operator", "tag", "provider")


def check_cells(scheme: str, rows: Mapping[str, Any]) -> None:
    """Refuse a table of cells that is malformed, too large, or names one price twice.

    Raises:
        PriceTermsInvalid: the table is one of these; `field` is `cells`. CellsMissing: prices are missing in it.
    """
    if scheme != Scheme.CELLS:
        if rows:
            raise PriceTermsInvalid("only prices of model calls have a price table", field="cells")
        return
    try:
        table = read_table(rows)
    except (KeyError, TypeError, ValueError) as error:
        raise PriceTermsInvalid("the price table is malformed", field="cells") from error
    if not table.cells and not table.per_cost_ppm and not table.month_prices:
        raise CellsMissing("the price table needs at least one price", field="cells")
    _check_names(table)
    _check_gaps(table)
    _check_month_prices(table)
    bounds = (
        (len(table.cells), MOST_CELLS, "prices"),
        (len(table.bands) - 1, MOST_BANDS, "sizes"),
        (len(table.tiers), MOST_TIERS, "tiers"),
        (len(table.match_by), MOST_DIMENSIONS, "dimensions"),
        (len(table.region_factors), MOST_REGIONS, "regions"),
        (len(table.month_prices), MOST_MONTH_PRICES, "prices by the month"),
    )
    for count, most, what in bounds:
        if count > most:
            raise PriceTermsInvalid(f"the price table has more than {most} {what}", field="cells")
    places = [(cell.of, cell.tier, cell.above, cell.match) for cell in table.cells]
    if twice := next((place for place in places if places.count(place) > 1), None):
        raise PriceTermsInvalid(f"the price table has two prices for {twice[0]}", field="cells")


def _check_month_prices(table: CellTable) -> None:
    """Refuse malformed prices by the month, and those of a kind or unit that cells or another of them already price."""
    named = [each.of for each in table.month_prices]
    priced = {cell.of for cell in table.cells} & {*named, *(KINDS if ALL_TOKENS in named else ())}
    if priced:
        raise BandsWithMonthComponent(
            f"{min(priced)} has a price by the month, so it cannot have prices of single calls", field="cells"
        )
    if len(set(named)) != len(named) or (ALL_TOKENS in named and any(each in KINDS for each in named)):
        raise PriceTermsInvalid("a token kind or unit has at most one price by the month", field="cells")
    for each in table.month_prices:
        _check_month_price(each)


def _check_month_price(price: MonthPrice) -> None:
    if price.of not in (ALL_TOKENS, *KINDS, *UNITS):
        raise PriceTermsInvalid(f"{price.of} is neither a token kind nor a unit", field="cells")
    is_package = price.scheme is MonthScheme.PACKAGE
    ends = [step.up_to for step in price.steps]
    bounded, last = (ends, []) if is_package else (ends[:-1], ends[-1:])
    known = [end for end in bounded if end is not None and 0 < end <= MOST_ONES]
    is_whole = known == bounded == sorted(set(known)) and last == ([] if is_package else [None])
    if not is_whole or not 0 < len(ends) <= (1 if is_package else MOST_STEPS):
        raise BandsNotRising(
            f"the steps of the price of {price.of} by the month must rise, and the last one has no end", field="cells"
        )
    if any(not 0 <= step.yoctos <= MOST_YOCTOS for step in price.steps):
        raise PriceTermsInvalid(f"the price of {price.of} by the month is out of range", field="cells")


def _check_gaps(table: CellTable) -> None:
    """Refuse prices of large calls without one of small calls, and factors of tiers without a price to multiply."""
    at_any_size = {(cell.of, cell.tier) for cell in table.cells if not cell.above}
    for cell in table.cells:
        kinds = [cell.of]
        while kinds[-1] in PARENTS:
            kinds.append(PARENTS[kinds[-1]])
        if not any((kind, tier) in at_any_size for kind in kinds for tier in (cell.tier, STANDARD)):
            raise CellsMissing(
                f"{cell.of} has a price above {cell.above:,} tokens, and none for smaller calls", field="cells"
            )
    if table.multipliers and all(cell.tier != STANDARD for cell in table.cells):
        raise CellsMissing(
            f"the factor of the tier {min(table.multipliers)} has no standard price to multiply", field="cells"
        )


def _check_names(table: CellTable) -> None:
    for cell in table.cells:
        if cell.of not in KINDS and cell.of not in UNITS:
            raise PriceTermsInvalid(f"{cell.of} is neither a token kind nor a unit", field="cells")
        if not 0 <= cell.yoctos <= MOST_YOCTOS or cell.above < 0:
            raise PriceTermsInvalid(f"the price of {cell.of} is out of range", field="cells")
        if len(cell.match) not in (0, len(table.match_by)) or cell.tier == ANY:
            raise PriceTermsInvalid(f"the price of {cell.of} does not fit the table's dimensions", field="cells")
    if any(name not in MATCHED for name in table.match_by) or len(set(table.match_by)) != len(table.match_by):
        raise PriceTermsInvalid(f"prices can differ by {', '.join(MATCHED)}", field="cells")
    if any(not 0 <= each <= 100 * PARTS_PER_MILLION for each in table.multipliers.values()):
        raise PriceTermsInvalid("the factor of a tier must be from 0 to 100", field="cells")
    if any(not each or not 0 <= of <= 100 * PARTS_PER_MILLION for each, of in table.region_factors.items()):
        raise PriceTermsInvalid("the factor of a region must be from 0 to 100", field="cells")
    if table.per_cost_ppm and not table.cost_currency:
        raise PriceTermsInvalid("a share of the cost names the currency of the cost", field="cells")
    if STANDARD in table.multipliers or not 0 <= table.per_cost_ppm <= 1_000 * PARTS_PER_MILLION:
        raise PriceTermsInvalid(
            "the standard tier has no factor, and the factor on cost is from 0 to 1000", field="cells"
        )
