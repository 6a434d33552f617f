"""Read and write a price list as CSV: a row is one price, in columns `model,kind,tier,above,variant,region,per,amount`.

`kind` is a token kind or a unit; `tier`, `above`, `variant` and `region` may be empty; `per` is the number of tokens or
units that the amount is for: 1, 1K or 1M. Other columns are refused, because prices in a misspelled column would be
lost.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from apps.common.money import divide_half_even
from apps.pricing.cell_text import NotATable, price_text, yoctos_of
from apps.pricing.cells import ANY, PARTS_PER_MILLION, STANDARD, Cell, CellTable
from apps.pricing.errors import PriceListUnreadable, TooFine, problem_text
from apps.pricing.litellm_list import LONGEST_NAME, PriceList
from apps.pricing.model_names import normal_model
from apps.pricing.token_kinds import KINDS, UNITS

COLUMNS: Final = ("model", "kind", "tier", "above", "variant", "region", "per", "amount")
REQUIRED: Final = ("model", "kind", "amount")
_PER: Final = {"1": 1, "1k": 1_000, "1m": 1_000_000}
_MATCHED: Final = ("variant", "region")


@dataclass(frozen=True, slots=True)
class CsvModel:
    """A model of the list with its prices."""

    name: str
    table: CellTable
    unread: tuple[str, ...] = ()
    provider: str = ""


def is_csv(raw: bytes) -> bool:
    """Whether a file is a CSV list: its first line names the required columns."""
    first = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode(errors="replace").strip().lower()
    return set(REQUIRED) <= {name.strip() for name in first.split(",")}


def read_csv(raw: bytes) -> PriceList:
    """Read a list; a model with an invalid row is reported as a problem, and the other models are still read.

    Raises:
        PriceListUnreadable: it is not UTF-8, or has an unknown column.
    """
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), strict=True)
        names = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        read = list(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise PriceListUnreadable(f"the file is not CSV in UTF-8: {error}", field="file") from error
    if unknown := sorted(set(names) - set(COLUMNS)):
        raise PriceListUnreadable(f"the column {unknown[0][:40]} is not one of {', '.join(COLUMNS)}", field="file")
    found = PriceList({})
    cells: dict[str, list[Cell]] = {}
    for number, row in enumerate(read, start=2):
        given = (row["model"] or "").strip()
        name = normal_model(given)
        try:
            if not name or len(name) > LONGEST_NAME or not name.isprintable():
                raise NotATable(f"Line {number}: the model must be 1 to {LONGEST_NAME} printable characters.")
            cells.setdefault(name, []).append(_cell(number, row))
        except NotATable as error:
            found.problems.setdefault(name or f"line {number}", str(error))
        except TooFine as error:
            found.problems.setdefault(name, problem_text(error))
    for name, prices in cells.items():
        if name not in found.problems:
            found.models[name] = CsvModel(name, _table(prices))
    return found


def _cell(number: int, row: Mapping[str | None, object]) -> Cell:
    if None in row:
        raise NotATable(f"Line {number}: it has more fields than there are columns.")
    text = {name: str(value or "").strip() for name, value in row.items() if name is not None}
    kind, above, per = text["kind"], text.get("above") or "0", (text.get("per") or "1").lower()
    if kind not in KINDS and kind not in UNITS:
        raise NotATable(f"Line {number}: {kind[:40]} is neither a token kind nor a unit.")
    if not (above.isascii() and above.isdecimal()) or len(above) > 12:
        raise NotATable(f"Line {number}: above must be a whole number of tokens.")
    if per not in _PER:
        raise NotATable(f"Line {number}: per must be 1, 1K or 1M.")
    yoctos, rest = divmod(yoctos_of("requests", text["amount"], f"Line {number}"), _PER[per])
    if rest:
        raise TooFine(f"Line {number}: {text['amount'][:40]} per {per} is finer than 24 decimals for one", field="file")
    match = tuple(text.get(name) or ANY for name in _MATCHED)
    return Cell(kind, yoctos, text.get("tier") or STANDARD, int(above), match)


def _table(cells: Iterable[Cell]) -> CellTable:
    """Return the table, with the dimensions that some price names."""
    kept = list(cells)
    used = [place for place, _ in enumerate(_MATCHED) if any(cell.match[place] != ANY for cell in kept)]
    placed = [
        Cell(cell.of, cell.yoctos, cell.tier, cell.above, tuple(cell.match[place] for place in used)) for cell in kept
    ]
    return CellTable(tuple(placed), match_by=tuple(_MATCHED[place] for place in used))


def says_csv(table: CellTable) -> bool:
    """Whether the columns of a CSV list can express all prices of a table."""
    return not table.month_prices and not table.per_cost_ppm and set(_without_factors(table).match_by) <= set(_MATCHED)


def _without_factors(table: CellTable) -> CellTable:
    """Return a table with the same price for every call, in which prices replace the factors of tiers and regions."""
    if not table.multipliers and not table.region_factors:
        return table
    names = tuple(dict.fromkeys([*table.match_by, *(["region"] if table.region_factors else [])]))
    values = [
        {
            ANY,
            *(cell.match[table.match_by.index(name)] for cell in table.cells if cell.match and name in table.match_by),
        }
        | (set(table.region_factors) if name == "region" else set())
        for name in names
    ]
    priced, cells = {cell.of for cell in table.cells}, list[Cell]()
    for match in product(*map(sorted, values)):
        named = dict(zip(names, match, strict=True))
        factor = table.region_factors.get(named.get("region", ""), PARTS_PER_MILLION)
        filled = table.filled([named[name] for name in table.match_by])
        for (of, tier, above), found in filled.items():
            share = factor if of in KINDS else PARTS_PER_MILLION
            if of in priced:
                cells.append(Cell(of, divide_half_even(found.yoctos * share, PARTS_PER_MILLION), tier, above, match))
    return CellTable(tuple(cells), other_tiers_standard=table.other_tiers_standard, match_by=names)


def write_csv(tables: Mapping[str, CellTable]) -> bytes:
    """Write the prices of these tables by model, tokens per million; `read_csv` reads tables with the same prices."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for model, given in sorted(tables.items()):
        table = _without_factors(given)
        for cell in table.cells:
            matched = dict(zip(table.match_by, cell.match, strict=False))
            named = ["" if matched.get(name, ANY) == ANY else matched[name] for name in _MATCHED]
            tier = "" if cell.tier == STANDARD else cell.tier
            per = "1M" if cell.of in KINDS else "1"
            lines.writerow([model, cell.of, tier, cell.above or "", *named, per, price_text(cell.of, cell.yoctos)])
    return text.getvalue().encode()
