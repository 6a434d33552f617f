"""The home page's table of receivables by age: by customer, the oldest first, or by currency."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from apps.backoffice.components import Cell, Link, Table, money
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.links import why
from apps.backoffice.home.currencies import ALL, REPORTING_CURRENCY, kept_a_minute
from apps.backoffice.home.receivables import OwedAmount, owed
from apps.common.money import convert, in_smallest_units
from apps.invoices.receivables import AGES, Aging

SHOWN = 10
NOT_SHOWN = "Not shown"
EXPLANATION = "Open invoices by the days since they were due, and due installments without an open invoice."


def aging_tables(currency: str, now: datetime) -> list[Table]:
    """Return who owes how much by age, the oldest first, or for `ALL` each currency; nothing if nobody owes."""
    return kept_a_minute("aging", _aging_tables, currency, now)


def _aging_tables(currency: str, now: datetime) -> list[Table]:
    rows = owed(currency, now)
    if not rows:
        return []
    if currency == ALL:
        return [_by_currency(rows)]
    return [_by_customer(rows, currency)]


def _by_currency(rows: Iterable[OwedAmount]) -> Table:
    own: dict[str, Aging] = {}
    total = Aging(None, f"All in {REPORTING_CURRENCY}", REPORTING_CURRENCY)
    for row in rows:
        own.setdefault(row.currency, Aging(None, row.currency, row.currency)).by_age[row.age] += row.left_micros
        total.by_age[row.age] += convert(row.left_micros, row.rate_micros)
    cells = [[Cell(name, f"?currency={name}"), *_amounts(each)] for name, each in sorted(own.items())]
    return _table("Currency", cells, total)


def _by_customer(rows: Iterable[OwedAmount], currency: str) -> Table:
    own: dict[UUID, Aging] = {}
    oldest: dict[UUID, date] = {}
    total, rest = Aging(None, "Total", currency), Aging(None, NOT_SHOWN, currency)
    for row in rows:
        one = Aging(row.organization_id, row.name, currency)
        one.by_age[row.age] = row.left_micros
        own.setdefault(row.organization_id, Aging(row.organization_id, row.name, currency)).add(one)
        oldest[row.organization_id] = min(row.due, oldest.get(row.organization_id, row.due))
        total.add(one)
    first = sorted(own.items(), key=lambda row: (oldest[row[0]], row[1].name))
    for _, each in first[SHOWN:]:
        rest.add(each)
    cells = [[Cell(each.name, tab_of(owner, "invoices")), *_amounts(each)] for owner, each in first[:SHOWN]]
    return _table("Customer", cells, total, rest if len(first) > SHOWN else None)


def _table(what: str, rows: list[list[Cell]], total: Aging, rest: Aging | None = None) -> Table:
    return Table(
        title="Receivables by age, in days overdue",
        columns=[what, *AGES, "Total"],
        rows=rows,
        feet=[[Cell(each.name), *_amounts(each)] for each in (rest, total) if each],
        explanation=EXPLANATION,
        links=[Link("Aging report", reverse("admin:invoices_document_aging"))],
    )


def _amounts(each: Aging) -> list[Cell]:
    """Return the amounts by age, each linked to its explanation if the row is for a whole currency; zeros are empty."""
    is_whole = each.organization_id is None and each.name != NOT_SHOWN and not each.name.startswith("All")
    ages = [
        _rounded(amount, each.currency, why("owed", each.currency, age) if is_whole else "")
        if amount
        else Cell("", is_money=True)
        for age, amount in enumerate(each.by_age)
    ]
    return [*ages, _rounded(each.total_micros, each.currency)]


def _rounded(amount_micros: int, unit: str, href: str = "") -> Cell:
    """Return an amount in its currency's smallest unit: a conversion or a debt may have smaller parts."""
    return money(in_smallest_units(amount_micros, unit), unit, href)
