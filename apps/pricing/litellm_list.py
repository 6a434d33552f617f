"""Read LiteLLM's `model_prices_and_context_window.json`: prices exactly, everything else unchanged.

A price field is named by its token kind or unit, optionally a size (`_above_200k_tokens`), and optionally a service
tier (`_batches`). Prices are dollars for one token or one unit, and are read as decimal text. Other fields are listed
by model, and kept when `apps.pricing.litellm_output` writes the list back.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from apps.pricing.cells import ANY, STANDARD, YOCTO_DIGITS, Cell, CellTable
from apps.pricing.errors import BandsNotRising, PriceListUnreadable, PriceTermsInvalid, TooFine, problem_text
from apps.pricing.model_names import normal_model

YOCTOS_PER_MILLIONTH: Final = 10**18
SAMPLE: Final = "sample_spec"
PROVIDER: Final = "litellm_provider"
LONGEST_NAME: Final = 128
MOST_SIZE: Final = 10**12
MOST_DIGITS: Final = 100
_SIZE = re.compile(r"_above_(\d+)k_tokens")
TIERS: Final = {"batches": "batch", "flex": "flex", "priority": "priority", "ultrafast": "ultrafast"} | {
    "balanced": "balanced",
    "decisions": "decisions",
}
PRICED: Final = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "input_cost_per_token_cache_hit": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "cache_creation_input_token_cost_above_12hr": "cache_write_12h",
    "input_cost_per_audio_token": "input_audio",
    "input_cost_per_image_token": "input_image",
    "input_cost_per_video_token": "input_video",
    "cache_read_input_audio_token_cost": "cache_read_audio",
    "cache_read_input_image_token_cost": "cache_read_image",
    "cache_creation_input_audio_token_cost": "cache_write_audio",
    "output_cost_per_reasoning_token": "reasoning",
    "output_cost_per_audio_token": "output_audio",
    "output_cost_per_image_token": "output_image",
    "output_cost_per_video_token": "output_video",
    "input_cost_per_request": "requests",
    "input_cost_per_query": "queries",
    "input_cost_per_image": "images",
    "output_cost_per_image": "output_images",
    "input_cost_per_second": "seconds",
    "output_cost_per_second": "output_seconds",
    "output_cost_per_video_per_second": "output_seconds",
    "input_cost_per_audio_per_second": "audio_seconds",
    "input_cost_per_video_per_second": "video_seconds",
    "input_cost_per_character": "characters",
    "output_cost_per_character": "output_characters",
    "input_cost_per_pixel": "pixels",
    "output_cost_per_pixel": "output_pixels",
    "ocr_cost_per_page": "pages",
    "google_maps_grounding_cost_per_query": "map_searches",
    "input_cost_per_text_message": "messages",
    "citation_cost_per_token": "citation_tokens",
    "ocr_cost_per_credit": "credits",
    "code_interpreter_cost_per_session": "code_runs",
}
BY_VARIANT: Final = {"output_cost_per_image_": "output_images", "output_cost_per_second_": "output_seconds"}
SEARCHES, SEARCH_SIZES = "search_context_cost_per_query", "search_context_size_"
_TIERED = "tiered_pricing"
_REGION: Final = re.compile(r"regional_processing_uplift_multiplier_([a-z0-9-]+)")
# Factors on token prices whose fields do not end in a region's name, with the region that calls must name.
_REGIONS: Final = {"fedramp_uplift_multiplier": "fedramp", "regional_endpoint_uplift_multiplier": "regional"}
# Among other things this field has factors: of a region, and of the tier of fast calls.
SPECIFIC, _SPECIFIC_REGION, SPECIFIC_TIER = "provider_specific_entry", "us", "fast"
_LOOKS_PRICED = re.compile(r"cost|pric|multiplier")


@dataclass(frozen=True, slots=True)
class FieldPrice:
    """A field's place in the table, and its price in yoctos for one."""

    path: tuple[str | int, ...]
    of: str
    tier: str
    above: int
    variant: str
    yoctos: int


@dataclass(frozen=True, slots=True)
class Factor:
    """A field that multiplies token prices in a region, or all prices of a tier, in millionths."""

    path: tuple[str, ...]
    name: str
    millionths: int
    is_tier: bool = False


@dataclass(frozen=True, slots=True)
class LiteLLMModel:
    """A model of the list: its prices and factors, and the fields that look like prices but are not read."""

    name: str
    prices: tuple[FieldPrice, ...]
    unread: tuple[str, ...] = ()
    factors: tuple[Factor, ...] = ()
    provider: str = ""

    @property
    def table(self) -> CellTable:
        """The prices as a table, without duplicates."""
        is_varied = any(each.variant for each in self.prices)
        cells = {
            (each.of, each.tier, each.above, each.variant): Cell(
                each.of, each.yoctos, each.tier, each.above, (each.variant or ANY,) if is_varied else ()
            )
            for each in self.prices
        }
        tiers, regions = (
            {each.name: each.millionths for each in self.factors if each.is_tier is is_tier}
            for is_tier in (True, False)
        )
        return CellTable(
            tuple(cells.values()), tiers, match_by=("variant",) if is_varied else (), region_factors=regions
        )


class ListedModel(Protocol):
    """A model of a list with its price table, and the fields that may be prices and are not read.

    `provider` is empty if the list does not name it.
    """

    @property
    def table(self) -> CellTable: ...

    @property
    def unread(self) -> tuple[str, ...]: ...

    @property
    def provider(self) -> str: ...


@dataclass(slots=True)
class PriceList:
    """A list as read: models with prices by their normal name, aliases of models, and problems by model."""

    content: Mapping[str, Any]
    models: dict[str, ListedModel] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


class Unreadable(ValueError):
    """A model's entry cannot be read; the text names the field and the rule."""


def read_list(raw: bytes) -> PriceList:
    """Read a list; an invalid model is reported as a problem, and the other models are still read.

    Raises:
        PriceListUnreadable: it is not a JSON object of objects.
    """
    try:
        content = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PriceListUnreadable("the file is not JSON", field="file") from error
    if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
        raise PriceListUnreadable("the file must be a JSON object with an object for each model", field="file")
    found = PriceList(content)
    for given, entry in content.items():
        if given == SAMPLE:
            continue
        if isinstance(entry.get("alias_of"), str):
            found.aliases[normal_model(given)] = normal_model(entry["alias_of"])
            continue
        try:
            _read_model(found, given, entry)
        except Unreadable as error:
            found.problems[given] = str(error)
        except PriceTermsInvalid as error:
            found.problems[given] = problem_text(error)
    return found


def _read_model(found: PriceList, given: str, entry: Mapping[str, Any]) -> None:
    name = normal_model(given)
    prices, unread, factors = list[FieldPrice](), list[str](), list[Factor]()
    for key, value in entry.items():
        multiplied, priced = list(_factors(key, value)), list(_read_field(key, value))
        factors += multiplied
        prices += priced
        if not priced and not multiplied and _LOOKS_PRICED.search(key) and value is not None:
            unread.append(key)
    if not prices:
        return
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Unreadable(f"the name must be 1 to {LONGEST_NAME} printable characters")
    if name in found.models:
        raise Unreadable(f"it is listed twice, as {name} in lower case")
    provider = entry.get(PROVIDER)
    named = normal_model(provider) if isinstance(provider, str) else ""
    model = LiteLLMModel(name, tuple(prices), tuple(unread), tuple(factors), named)
    _refuse_contradictions(model)
    found.models[name] = model


def _refuse_contradictions(model: LiteLLMModel) -> None:
    seen: dict[tuple[str, str, int, str], FieldPrice] = {}
    for each in model.prices:
        first = seen.setdefault((each.of, each.tier, each.above, each.variant), each)
        if first.yoctos != each.yoctos:
            raise Unreadable(f"{each.path[0]} and {first.path[0]} price {each.of} differently")
    factors: dict[tuple[str, bool], Factor] = {}
    for factor in model.factors:
        known = factors.setdefault((factor.name, factor.is_tier), factor)
        if known.millionths != factor.millionths:
            raise Unreadable(f"{factor.path[0]} and {known.path[0]} multiply {factor.name} differently")


def _factors(key: str, value: Any) -> Iterable[Factor]:
    """Yield the factors of a field."""
    if key == SPECIFIC and isinstance(value, dict):
        for name in (_SPECIFIC_REGION, SPECIFIC_TIER):
            if value.get(name) is not None:
                yield Factor((key, name), name, _factor(f"{key}.{name}", value[name]), name == SPECIFIC_TIER)
    elif value is not None and (region := _region_of(key)):
        yield Factor((key,), region, _factor(key, value))


def _region_of(key: str) -> str:
    """Return the region whose factor a field is; empty if it is none."""
    found = _REGION.fullmatch(key)
    return found[1] if found else _REGIONS.get(key, "")


def _read_field(key: str, value: Any) -> Iterable[FieldPrice]:
    """Yield the prices of a field; none if it is not a known price field."""
    if key == SEARCHES and isinstance(value, dict):
        yield from _searches(key, value)
    elif key == _TIERED and isinstance(value, list):
        yield from _bands(key, value)
    elif (place := _place(key)) is not None and value is not None:
        of, tier, above, variant = place
        yield FieldPrice((key,), of, tier, above, variant, _yoctos(key, value))


def _place(key: str) -> tuple[str, str, int, str] | None:
    name, tier = key, STANDARD
    for suffix, named in TIERS.items():
        if name.endswith(f"_{suffix}"):
            name, tier = name.removesuffix(f"_{suffix}"), named
    size = _SIZE.search(name)
    if size is not None and name.endswith(size.group()):
        name = name.removesuffix(size.group())
    elif size is not None:
        return None
    above = int(size.group(1)) * 1_000 if size else 0
    if name in PRICED:
        return PRICED[name], tier, above, ""
    for prefix, of in BY_VARIANT.items():
        variant = name.removeprefix(prefix)
        if variant != name and re.fullmatch(r"[0-9.]+[pkK]?", variant):
            return of, tier, above, variant
    return None


def _searches(key: str, value: Mapping[str, Any]) -> Iterable[FieldPrice]:
    prices = {
        size.removeprefix(SEARCH_SIZES): (size, _yoctos(f"{key}.{size}", price))
        for size, price in value.items()
        if size.startswith(SEARCH_SIZES) and price is not None
    }
    are_alike = len({yoctos for _, yoctos in prices.values()}) == 1
    for variant, (size, yoctos) in prices.items():
        yield FieldPrice((key, size), "searches", STANDARD, 0, "" if are_alike else variant, yoctos)


def _bands(key: str, rows: list[Any]) -> Iterable[FieldPrice]:
    before = -1
    for number, row in enumerate(rows):
        bounds = row.get("range") if isinstance(row, dict) else None
        if not isinstance(bounds, list) or not bounds:
            continue
        above = bounds[0]
        if isinstance(above, bool) or not isinstance(above, (int, Decimal)) or not 0 <= above <= MOST_SIZE:
            raise Unreadable(f"{key} has a range that does not start with a number of tokens")
        if above <= before:
            raise BandsNotRising(f"{key} has a range from {above} after one from {before}", field=key)
        before = int(above)
        for name, price in row.items():
            if name in PRICED and price is not None:
                yield FieldPrice(
                    (key, number, name), PRICED[name], STANDARD, int(above), "", _yoctos(f"{key}.{name}", price)
                )


def _factor(where: str, value: Any) -> int:
    """Return a factor in millionths."""
    millionths, rest = divmod(_yoctos(where, value), YOCTOS_PER_MILLIONTH)
    if rest:
        raise Unreadable(f"{where} is finer than six decimals")
    return millionths


def _yoctos(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        raise Unreadable(f"{where} is not a price: {str(value)[:40]}")
    _, digits, exponent = Decimal(value).as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > MOST_DIGITS or len(digits) > MOST_DIGITS:
        raise Unreadable(f"{where} is not a price: {str(value)[:40]}")
    shift, number = exponent + YOCTO_DIGITS, int("".join(map(str, digits)))
    shifted: int = 10 ** abs(shift)
    whole, rest = (number * shifted, 0) if shift >= 0 else divmod(number, shifted)
    if rest:
        raise TooFine(f"{where} is finer than {YOCTO_DIGITS} decimals", field=where)
    return whole
