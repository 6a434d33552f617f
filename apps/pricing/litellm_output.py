"""Write LiteLLM's `model_prices_and_context_window.json` with the prices of a book; the rest stays as it was read."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.pricing.cells import ANY, STANDARD, YOCTO_DIGITS, Cell, CellTable
from apps.pricing.litellm_list import (
    BY_VARIANT,
    PRICED,
    SAMPLE,
    SEARCH_SIZES,
    SEARCHES,
    SPECIFIC,
    SPECIFIC_TIER,
    TIERS,
    LiteLLMModel,
    PriceList,
)
from apps.pricing.model_names import normal_model


def says_list(table: CellTable) -> bool:
    """Whether the fields of a list can express all prices of a table."""
    named = {(cell.of, cell.tier, cell.above, _variant(cell)) for cell in table.cells}
    return (
        not table.month_prices
        and not table.per_cost_ppm
        and set(table.match_by) <= {"variant"}
        and set(table.multipliers) <= {SPECIFIC_TIER}
        and all(_path_of(*place) for place in named)
    )


def write_list(found: PriceList, tables: Mapping[str, CellTable]) -> bytes:
    """Write a list with the prices of these tables by normal name; a price that did not change keeps its text.

    Models and prices that are missing from the list are added in plain fields.
    """
    content = {name: dict(entry) for name, entry in found.content.items()}
    names = {normal_model(name): name for name in reversed(list(content)) if name != SAMPLE}
    for model, table in tables.items():
        entry = content.setdefault(names.get(model, model), {})
        listed = found.models.get(model)
        _write_model(entry, listed if isinstance(listed, LiteLLMModel) else LiteLLMModel(model, ()), table)
    return _text(content).encode()


def _write_model(entry: dict[str, Any], listed: LiteLLMModel, table: CellTable) -> None:
    cells = {(cell.of, cell.tier, cell.above, _variant(cell)): cell.yoctos for cell in table.cells}
    for each in listed.prices:
        yoctos = cells.get((each.of, each.tier, each.above, each.variant))
        if yoctos != each.yoctos:
            _put(entry, each.path, None if yoctos is None else _dollars(yoctos))
    _write_factors(entry, listed, table)
    known = {(each.of, each.tier, each.above, each.variant) for each in listed.prices}
    for place, yoctos in cells.items():
        if place not in known and (path := _path_of(*place)):
            entry.update({path[0]: {}} if path[1:] and path[0] not in entry else {})
            _put(entry, path, _dollars(yoctos))


def _write_factors(entry: dict[str, Any], listed: LiteLLMModel, table: CellTable) -> None:
    new = {(name, False): millionths for name, millionths in table.region_factors.items()}
    new |= {(name, True): millionths for name, millionths in table.multipliers.items()}
    for each in listed.factors:
        millionths = new.pop((each.name, each.is_tier), None)
        if millionths != each.millionths:
            _put(entry, each.path, None if millionths is None else _decimal(millionths))
    for (name, is_tier), millionths in new.items():
        if is_tier:
            entry[SPECIFIC] = {**entry.get(SPECIFIC, {}), name: _decimal(millionths)}
        else:
            entry[f"regional_processing_uplift_multiplier_{name}"] = _decimal(millionths)


def _decimal(millionths: int) -> Decimal:
    return Decimal(millionths).scaleb(-6).normalize()


def _variant(cell: Cell) -> str:
    return next((value for value in cell.match if value != ANY), "")


def _put(entry: Any, path: tuple[str | int, ...], number: Decimal | None) -> None:
    """Write a number at a path, or delete what is there."""
    *parents, last = path
    for name in parents:
        entry[name] = list(entry[name]) if isinstance(entry[name], list) else dict(entry[name])
        entry = entry[name]
    if number is None:
        del entry[last]
    else:
        entry[last] = number


def _path_of(of: str, tier: str, above: int, variant: str) -> tuple[str, ...]:
    """Return the path of a price that the list does not have yet; empty if there is none."""
    if of == "searches":
        is_listed = (tier, above) == (STANDARD, 0) and variant in ("", "low", "medium", "high")
        return (SEARCHES, f"{SEARCH_SIZES}{variant or 'medium'}") if is_listed else ()
    name = next((key for key, priced in PRICED.items() if priced == of), None)
    if variant:
        prefix = next((key for key, priced in BY_VARIANT.items() if priced == of), None)
        name = f"{prefix}{variant}" if prefix else None
    suffix = next((key for key, named in TIERS.items() if named == tier), None)
    if name is None or (tier != STANDARD and suffix is None) or above % 1_000:
        return ()
    return (name + (f"_above_{above // 1_000}k_tokens" if above else "") + (f"_{suffix}" if suffix else ""),)


def _dollars(yoctos: int) -> Decimal:
    return Decimal((0, tuple(map(int, str(yoctos))), -YOCTO_DIGITS)).normalize()


def _text(content: Mapping[str, Any]) -> str:
    """Return the content as indented JSON, with numbers digit by digit as they were read."""
    marks: list[str] = []

    def spelled(value: Any) -> Any:
        if isinstance(value, Decimal):
            marks.append(str(value))
            return f"\x00{len(marks) - 1}\x00"
        if isinstance(value, dict):
            return {name: spelled(each) for name, each in value.items()}
        return [spelled(each) for each in value] if isinstance(value, list) else value

    text = json.dumps(spelled(content), indent=4, ensure_ascii=False)
    return re.sub(r'"\\u0000(\d+)\\u0000"', lambda found: marks[int(found[1])], text)
