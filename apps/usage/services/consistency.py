# ruff: noqa: S608 (statements made of this file's own names)
"""Checks of usage: every rollup, counter and posting is compared with the sum of its events, by the database.

Each proof is one statement that sums the events and subtracts the stored totals; any remainder is a mismatch. Memory
use is constant.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import F
from django.db.models.functions import Abs

from apps.common.transactions import set_based_plans
from apps.pricing.month_prices import amounts_of
from apps.pricing.rating import Totals, price_of
from apps.pricing.resolution import Price
from apps.pricing.selectors import versions_by_id
from apps.usage.errors import ArchiveUnavailable
from apps.usage.event_calls import exact_price_of
from apps.usage.event_labels import TEXTS
from apps.usage.figures import KEYS as KEYS_OF_FIGURES
from apps.usage.models import Counter, UsageEvent, UsagePosting
from apps.usage.partitions import SIGN
from apps.usage.services.all_events import EVENTS, every_event
from apps.usage.services.breakdown_proof import wrong_kinds
from apps.usage.services.call_days import KEYS as CALL_KEYS
from apps.usage.services.call_days import SUMS as CALL_SUMS
from apps.usage.services.call_days import event_calls
from apps.usage.services.figures import event_differences, event_figures, event_values
from apps.usage.services.month_totals import wrong_month_totals

_SUMS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")
_PRICED = (
    "id",
    "price_version_id",
    "exact_price",
    "quantity_micros",
    "input_tokens",
    "output_tokens",
    "amounts",
    "cost_picos",
    "cost_currency",
    "cost_version_id",
    "voids",
    *TEXTS,
)
_TEXTS = ("model", "provider", "operation", "event_type", "operator", "billing_mode")
# The breakdowns that a row's meter keeps, listed once per meter and not per row.
_KEPT = (
    "JOIN (SELECT m.id, listed.by, listed.since FROM pricing_meter m"
    " CROSS JOIN LATERAL jsonb_to_recordset(m.breakdowns) AS listed(by text, since date) OFFSET 0) AS b"
    " ON b.id = {0}.meter_id"
)
_MONTH_OF = "CAST(date_trunc('month', {0}) AS date)"


@dataclass(frozen=True, slots=True)
class UsageMismatch:
    """A stored total that differs from its events: the proof, and what differs."""

    proof: str
    detail: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Rows of `added` minus rows of `kept`, grouped by `keys`; every sum must be zero."""

    name: str
    keys: Sequence[str]
    sums: Sequence[str]
    added: Sequence[str]
    kept: str

    def statement(self, *, only: str = "") -> str:
        """Return the SQL that selects the remainders, of all keys or only those that meet the condition `only`."""
        keys, columns = ", ".join(self.keys), ", ".join(self.sums)
        negated = ", ".join(f"-{name} AS {name}" for name in self.sums)
        totals = ", ".join(f"SUM({name}) AS {name}" for name in self.sums)
        off = " OR ".join(f"SUM({name}) <> 0" for name in self.sums)
        where = f" WHERE {only}" if only else ""
        parts = " UNION ALL ".join(f"SELECT {keys}, {columns} FROM ({added}) AS a{where}" for added in self.added)
        kept = f"SELECT {keys}, {negated} FROM ({self.kept}) AS k{where}"
        return f"SELECT {keys}, {totals} FROM ({parts} UNION ALL {kept}) AS t GROUP BY {keys} HAVING {off}"


def check_usage(*, limit: int = 100) -> Iterator[UsageMismatch]:
    """Yield the mismatches, at most `limit` per proof. Events of archived months are read from their files."""
    try:
        with every_event() as events:
            found = [each for proof in _proofs(events) for each in _left_over(proof, limit)]
            found += _mispriced_events(events, limit)
            found += [UsageMismatch("kinds of breakdowns against events", each) for each in wrong_kinds(events, limit)]
            found += [
                UsageMismatch("months' totals against events", each)
                for each in islice(wrong_month_totals(events), limit)
            ]
    except ArchiveUnavailable as error:
        found = [UsageMismatch("archived months", error.detail)]
    yield from found
    yield from _mispriced_counters(limit)
    yield from _postings_beside_the_ledger(limit)


def _left_over(proof: Proof, limit: int) -> Iterator[UsageMismatch]:
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(proof.statement())
        rows = cursor.fetchmany(limit)
    for row in rows:
        named = zip((*proof.keys, *proof.sums), row, strict=True)
        yield UsageMismatch(proof.name, ", ".join(f"{name}={value}" for name, value in named))


def _mispriced_counters(limit: int) -> Iterator[UsageMismatch]:
    """Yield counters whose charge is not the price of their totals, computed again."""
    found = 0
    versions = versions_by_id(set(Counter.objects.order_by().values_list("price_version_id", flat=True).distinct()))
    for counter in Counter.objects.order_by("pk").iterator():
        exact = int(counter.exact_price)
        months = amounts_of(counter.months)
        totals = Totals(counter.quantity_micros, counter.input_tokens, counter.output_tokens, exact, months)
        expected = price_of(versions[counter.price_version_id].rule, totals)
        if expected != counter.charge_micros and found < limit:
            found += 1
            yield UsageMismatch("counters against their price", f"counter={counter.pk}, price={expected}")


def _mispriced_events(events: str, limit: int) -> Iterator[UsageMismatch]:
    """Yield events whose exact price is not what their version's table says, computed again event by event."""
    versions: dict[int, Price] = {}
    found = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_PRICED)} FROM {events} WHERE exact_price IS NOT NULL")
        while rows := cursor.fetchmany(1_000):
            unread = {row[1] for row in rows} - versions.keys()
            versions |= versions_by_id(unread) if unread else {}
            for row in rows:
                named = dict(zip(_PRICED, row, strict=True))
                event = UsageEvent(**named | {"amounts": named["amounts"] and json.loads(named["amounts"])})
                table = versions[row[1]].rule.table
                expected = exact_price_of(table, event) if table else None
                if expected != event.exact_price and found < limit:
                    found += 1
                    yield UsageMismatch("events against their price", f"event={event.pk}, price={expected}")


def _postings_beside_the_ledger(limit: int) -> Iterator[UsageMismatch]:
    """Yield postings whose transfer has another amount."""
    moved = Abs(F("amount_micros"))
    wrong = UsagePosting.objects.exclude(amount_micros=0).exclude(transfer__amount_micros=moved)
    with set_based_plans():
        found = list(wrong.order_by("pk")[:limit])
    for posting in found:
        yield UsageMismatch("transfers against postings", f"posting={posting.pk}, transfer={posting.transfer_id}")


def _proofs(events: str) -> list[Proof]:
    distinct_ids = [distinct_ids_proof(kind, events) for kind in ("session", "project", "character")]
    keys, added = ("organization_id", "month", "price_version_id"), event_counters(event_month(), events)
    totals = [
        *_figure_proofs(events),
        day_proof(events),
        _late_days_proof(events),
        Proof("calls by day against events", CALL_KEYS, CALL_SUMS, event_calls(events), "SELECT * FROM usage_callday"),
        _breakdowns_proof(events),
        _breakdown_months_proof(),
        _kinds_proof(),
        Proof("counters against events", keys, (*_SUMS, "exact_price"), added, "SELECT * FROM usage_counter"),
        posting_proof(events),
        _recent_proof(events),
        _unknown_models_proof(events),
    ]
    return [*totals, _marks_proof(), *distinct_ids, *_sealed()]


def _figure_proofs(events: str) -> list[Proof]:
    """Return the proofs that monthly figures match the deciding events, and the sums of all events' changes to them."""
    keys = ", ".join(KEYS_OF_FIGURES)
    figures = "SELECT * FROM usage_monthfigure"
    both = (
        f"SELECT {keys}, quantity_micros FROM usage_monthfigure UNION ALL"
        f" SELECT {keys}, 1000000 AS quantity_micros FROM usage_monthvalue WHERE event_count > 0"
    )
    of, sums = KEYS_OF_FIGURES, ("quantity_micros",)
    values = "SELECT * FROM usage_monthvalue"
    return [
        Proof("months' figures against events", of, sums, event_figures(events), figures),
        Proof("months' values against events", (*of, "value"), ("event_count",), (event_values(events),), values),
        Proof("months' figures against differences", of, sums, (event_differences(events),), both),
    ]


def day_proof(events: str = EVENTS) -> Proof:
    """Return the proof that day totals are the sums of their events and priced characters."""
    keys = ("organization_id", "day", "meter_id", *_TEXTS, "cost_currency")
    return Proof(
        "day totals against events", keys, (*_SUMS, "cost_picos"), event_days(events), "SELECT * FROM usage_usageday"
    )


def _late_days_proof(events: str) -> Proof:
    """Return the proof that the late part of day totals is the sum of the events and characters of closed months."""
    keys = ("organization_id", "day", "corrects_month", "meter_id", "model")
    return Proof("late usage against events", keys, _SUMS, late_days(events), "SELECT * FROM usage_lateusageday")


def _breakdowns_proof(events: str) -> Proof:
    """Return the proof that the rows of a breakdown add up to the events of a day, for the breakdowns still kept."""
    keys, sums = ("organization_id", "day", "meter_id", "by"), (*_SUMS, "cost_picos")
    kept = (
        f"SELECT k.* FROM usage_breakdowntotal k {_KEPT.format('k')} AND b.by = k.by"
        " WHERE k.day >= b.since AND NOT k.is_month AND k.kind = ''"
    )
    return Proof("breakdowns against events", keys, sums, (event_breakdowns(events),), kept)


def _breakdown_months_proof() -> Proof:
    """Return the proof that a breakdown's months add up its days, for the months that began after its first day."""
    keys, sums = ("organization_id", "month", "meter_id", "by", "kind"), (*_SUMS, "cost_picos")
    month, columns = (
        _MONTH_OF.format("k.day"),
        ", ".join(f"k.{name}" for name in ("organization_id", "meter_id", "by", "kind", *sums)),
    )
    days, months = (
        f"SELECT {month} AS month, {columns} FROM usage_breakdowntotal k {_KEPT.format('k')} AND b.by = k.by"
        f" WHERE {month} >= b.since AND {which} k.is_month"
        for which in ("NOT", "")
    )
    return Proof("months of breakdowns against days", keys, sums, (days,), months)


def _kinds_proof() -> Proof:
    """Return the proof that the kinds of a breakdown add up to its whole events, in charge, cost and tokens."""
    keys = ("organization_id", "is_month", "day", "meter_id", "by", "cost_currency")
    sums = ("input_tokens", "output_tokens", "charge_micros", "cost_picos")
    kinds, whole = (
        f"SELECT k.* FROM usage_breakdowntotal k {_KEPT.format('k')} AND b.by = k.by"
        f" WHERE k.day >= b.since AND ',' || b.by LIKE '%,kind' AND k.kind {which} ''"
        for which in ("<>", "=")
    )
    return Proof("kinds of breakdowns against totals", keys, sums, (kinds,), whole)


def posting_proof(events: str = EVENTS) -> Proof:
    """Return the proof that a posting has the number and charges of its events, characters or minimums."""
    return Proof(
        "postings against events",
        ("posting_id",),
        ("amount_micros", "item_count"),
        (
            f"SELECT posting_id, charge_micros AS amount_micros, 1 AS item_count FROM {events} WHERE state = 'rated'",
            "SELECT posting_id, charge_micros AS amount_micros, 1 AS item_count FROM usage_activecharacter"
            " WHERE posting_id IS NOT NULL",
            "SELECT posting_id, amount_micros, 1 AS item_count FROM usage_minimumcharge",
        ),
        "SELECT id AS posting_id, amount_micros, item_count FROM usage_usageposting",
    )


def _recent_proof(events: str) -> Proof:
    """Return the proof that the recent archived events, kept for listings, equal the events themselves."""
    facts = "organization_id, event_id, source, meter_slug, counted_on, occurred_at, recorded_at"
    columns = f"{facts}, 1 AS event_count, {', '.join(_SUMS[1:])}"
    return Proof(
        "recent archived events against events",
        ("event", *facts.split(", ")),
        _SUMS,
        (f"SELECT id AS event, {columns} FROM {events} WHERE id IN (SELECT event FROM usage_recentarchivedevent)",),
        f"SELECT event, {columns} FROM usage_recentarchivedevent",
    )


def _unknown_models_proof(events: str) -> Proof:
    keys = ("organization_id", "meter_id", "model", "provider")
    waiting = (
        f"SELECT {', '.join(keys)}, 1 AS waiting_count FROM {events}"
        " WHERE state = 'quarantined' AND reason = 'unknown_model'"
    )
    return Proof(
        "unknown models against events", keys, ("waiting_count",), (waiting,), "SELECT * FROM usage_unknownmodel"
    )


def _marks_proof() -> Proof:
    return Proof(
        "high-water marks against characters",
        ("organization_id", "month"),
        ("high_water_mark", "charged_micros"),
        (
            "SELECT organization_id, month, 1 AS high_water_mark,"
            f" CASE WHEN {_MONTH_OF.format('counted_on')} = month THEN charge_micros ELSE 0 END AS charged_micros"
            " FROM usage_activecharacter WHERE NOT late",
        ),
        "SELECT * FROM usage_charactermonth",
    )


def _sealed() -> list[Proof]:
    closed = "JOIN usage_monthclose c ON c.state = 'closed' AND c.organization_id = t.organization_id AND c.month ="
    usage = "t.event_count, t.charge_micros AS usage_micros, 0 AS minimum_micros"
    minimum = "0 AS event_count, 0 AS usage_micros, t.amount_micros AS minimum_micros"
    parts = (
        f"SELECT t.organization_id, c.month, {columns} FROM {table} t {closed} {_MONTH_OF.format(day)}"
        for columns, table, day in (
            (usage, "usage_usageday", "t.day"),
            (minimum, "usage_minimumcharge", "t.counted_on"),
        )
    )
    kept = "SELECT * FROM usage_monthclose WHERE state = 'closed'"
    keys, sums = ("organization_id", "month"), ("event_count", "usage_micros", "minimum_micros")
    newest = "SELECT organization_id, kind, last_day AS day, 1 AS id_count FROM usage_distinctid"
    days = ("organization_id", "kind", "day")
    return [
        Proof("closed months against day totals", keys, sums, tuple(parts), kept),
        Proof("ids by their newest day", days, ("id_count",), (newest,), "SELECT * FROM usage_distinctidday"),
    ]


def event_days(events: str = EVENTS) -> tuple[str, str]:
    """Return the SQL of what day totals sum: rated events, and priced characters as units of their meter."""
    texts = ", ".join(_TEXTS)
    empty = ", ".join(f"'' AS {name}" for name in _TEXTS)
    return (
        f"SELECT organization_id, counted_on AS day, meter_id, {texts}, cost_currency, {SIGN} AS event_count,"
        " quantity_micros, input_tokens, output_tokens, charge_micros, COALESCE(cost_picos, 0) AS cost_picos"
        f" FROM {events} WHERE state = 'rated'",
        f"SELECT organization_id, counted_on AS day, meter_id, {empty}, '' AS cost_currency, 0 AS event_count,"
        " 1000000 AS quantity_micros, 0 AS input_tokens, 0 AS output_tokens, charge_micros, 0 AS cost_picos"
        " FROM usage_activecharacter"
        " WHERE price_version_id IS NOT NULL",
    )


def late_days(events: str = EVENTS) -> tuple[str, str]:
    """Return the SQL of what the late part of day totals sums: the events and characters of closed months."""
    return (
        f"SELECT organization_id, counted_on AS day, corrects_month, meter_id, model, {SIGN} AS event_count,"
        " quantity_micros, input_tokens, output_tokens, charge_micros"
        f" FROM {events} WHERE state = 'rated' AND corrects_month IS NOT NULL",
        "SELECT organization_id, counted_on AS day, month AS corrects_month, meter_id, '' AS model, 0 AS event_count,"
        " 1000000 AS quantity_micros, 0 AS input_tokens, 0 AS output_tokens, charge_micros"
        " FROM usage_activecharacter WHERE price_version_id IS NOT NULL AND late",
    )


def event_breakdowns(events: str = EVENTS) -> str:
    """Return the SQL of what breakdowns sum by day: each rated event, once per breakdown of its meter."""
    source = events.replace("AS every_event", "AS e") if " AS " in events else f"{events} AS e"
    return (
        f"SELECT e.organization_id, e.counted_on AS day, e.meter_id, b.by, {SIGN} AS event_count,"
        " e.quantity_micros, e.input_tokens, e.output_tokens, e.charge_micros, COALESCE(e.cost_picos, 0) AS cost_picos"
        f" FROM {source} {_KEPT.format('e')} WHERE e.state = 'rated' AND e.counted_on >= b.since"
    )


def event_month() -> str:
    """Return the SQL of the first day of an event's UTC month."""
    return _MONTH_OF.format("(occurred_at AT TIME ZONE 'UTC')")


def event_counters(month: str, events: str = EVENTS) -> tuple[str, str]:
    """Return the SQL of what counters sum: priced events, and priced characters as units of their meter."""
    return (
        f"SELECT organization_id, {month} AS month, price_version_id, meter_id, '{{}}'::jsonb AS months,"
        f" {SIGN} AS event_count,"
        " quantity_micros, input_tokens, output_tokens, COALESCE(exact_price, 0) AS exact_price, charge_micros"
        f" FROM {events} WHERE price_version_id IS NOT NULL",
        "SELECT organization_id, month, price_version_id, meter_id, '{}'::jsonb AS months, 1 AS event_count,"
        " 1000000 AS quantity_micros,"
        " 0 AS input_tokens, 0 AS output_tokens, 0 AS exact_price, charge_micros FROM usage_activecharacter"
        " WHERE price_version_id IS NOT NULL",
    )


def distinct_ids_proof(kind: str, events: str = EVENTS) -> Proof:
    """Return the proof that the ids of a kind, with their newest days, are exactly those of the events."""
    return Proof(
        f"{kind}s against events",
        ("organization_id", "value", "last_day"),
        ("found",),
        (
            f"SELECT organization_id, {kind} AS value, MAX(counted_on) AS last_day, 1 AS found FROM {events}"
            f" WHERE state = 'rated' AND voids IS NULL AND {kind} <> '' GROUP BY organization_id, {kind}",
        ),
        f"SELECT organization_id, value, last_day, 1 AS found FROM usage_distinctid WHERE kind = '{kind}'",
    )
