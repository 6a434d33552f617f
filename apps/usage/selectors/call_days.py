"""Model calls from their day totals, in groups that a price table prices exactly, however many events there are."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.cells import STANDARD, Call, CellTable
from apps.pricing.terms import MATCHED
from apps.pricing.token_kinds import DETAILS, UNSPLIT, split
from apps.tenants.models import Organization
from apps.usage.models import CallDay
from apps.usage.models.call_days import SIZES

_DIMENSIONS: Final = tuple(name for name in MATCHED if name != "tag")
_GROUP: Final = ("organization_id", "month", "model", "service_tier", *_DIMENSIONS, "above", "names")
_SUMS: Final = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")


def are_enough_for(tables: Iterable[CellTable]) -> bool:
    """Whether day totals tell apart everything that these tables price differently.

    They do not distinguish tags, unusual sizes, or what calls cost us.
    """
    return all(
        set(table.bands) <= set(SIZES) and "tag" not in table.match_by and not table.per_cost_ppm for table in tables
    )


def tokens_by_kind(
    organization: Organization, first: date, end: date, meter_ids: Collection[int]
) -> dict[int, dict[str, int]]:
    """Return an organization's tokens by meter and kind, from the first day up to `end`, in one statement."""
    rows = CallDay.objects.filter(organization=organization, meter__in=meter_ids, day__gte=first, day__lt=end)
    names = ("quantity_micros", "input_tokens", "output_tokens", "amount")
    sums: dict[int, dict[str, list[int]]] = {}
    added = rows.order_by().values_list("meter", "of").annotate(*(Sum(name) for name in names))
    for meter_id, of, *amounts in added:
        sums.setdefault(meter_id, {})[of] = list(map(int, amounts))
    found = {}
    for meter_id, rows_of in sums.items():
        quantity, into, out, _ = rows_of[""]
        details = {name: amounts[-1] for name, amounts in rows_of.items() if name in DETAILS}
        found[meter_id] = split(into, out, details) | {UNSPLIT: quantity // MICROS_PER_UNIT}
    return found


def kept_calls(condition: Q) -> Iterator[Mapping[str, Any]]:
    """Yield the calls of the day totals that meet a condition, in the form of `charged_calls`."""
    rows = CallDay.objects.filter(condition).annotate(month=TruncMonth("day")).order_by()
    sums = {f"sum_{name}": Sum(name) for name in (*_SUMS, "amount")}
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows.values(*_GROUP, "of").annotate(**sums).iterator():
        group = groups.setdefault(tuple(row[name] for name in _GROUP), {"amounts": {}} | dict.fromkeys(_SUMS, 0))
        if row["of"]:
            group["amounts"][row["of"]] = int(row["sum_amount"])
            continue
        group |= {name: int(row[f"sum_{name}"]) for name in _SUMS}
    for key, group in groups.items():
        yield _priced_alike(dict(zip(_GROUP, key, strict=True)), group)


def _priced_alike(named: Mapping[str, Any], group: Mapping[str, Any]) -> Mapping[str, Any]:
    into, out, quantity = group["input_tokens"], group["output_tokens"], group["quantity_micros"]
    found = {name: amount for name, amount in group["amounts"].items() if amount}
    tokens = split(into, out, {name: amount for name, amount in found.items() if name in DETAILS})
    if quantity:
        tokens[UNSPLIT] = quantity // MICROS_PER_UNIT
    call = Call(
        tokens,
        {name: amount for name, amount in found.items() if name not in DETAILS},
        named["service_tier"] or STANDARD,
        {name: named[name] for name in _DIMENSIONS},
        None,
        group["event_count"],
        named["above"] + 1,
    )
    return {
        "organization_id": named["organization_id"],
        "month": named["month"],
        "model": named["model"],
        "quantity": quantity,
        "into": into,
        "out": out,
        "charge": group["charge_micros"],
        "call": call,
    }
