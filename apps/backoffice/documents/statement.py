"""A customer's monthly statement: opening balance, every wallet entry, closing balance, all read from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.errors import Conflict
from apps.common.money import amount_text, money_text
from apps.common.periods import Period
from apps.ledger.models import Account, Entry
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of

if TYPE_CHECKING:
    from apps.common.papers.layout import Sheet

COLUMNS = ((45, False), (125, False), (190, False), (450, True), (550, True))
NAMES = ("When (UTC)", "What", "Description", "Amount", "Balance")


class BooksDisagree(Conflict):
    code = "books_disagree"
    title = "The month's opening balance and entries do not add up to its closing balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFigures:
    """A month's totals in micros: opening + credited - debited = closing."""

    opening_micros: int
    credited_micros: int
    debited_micros: int
    closing_micros: int
    movement_count: int


def monthly_statement(*, organization: Organization, month: Period, now: datetime) -> tuple[bytes, StatementFigures]:
    """Draw the statement of a month and return it with its figures.

    Raises:
        BooksDisagree: the running balance of the entries breaks within the month.
    """
    from apps.common.papers.layout import Sheet  # its fonts take memory that most processes never need

    unit = organization.currency
    opening = _balance_before(organization, month.start)
    sheet = Sheet(f"Statement {month.start:%Y-%m}", f"{organization.name}, drawn {now:%Y-%m-%d %H:%M} UTC")
    sheet.facts(
        [
            ("Customer", organization.name),
            ("Account", code_of(organization.pk, Role.WALLET)),
            ("Period", f"{month.start:%Y-%m-%d} up to, not including, {month.end:%Y-%m-%d} (UTC)"),
            ("Opening balance", money_text(opening, unit)),
        ]
    )
    sheet.skip()
    sheet.table_head(COLUMNS, NAMES)
    balance, credited, debited, count = opening, 0, 0, 0
    before: Entry | None = None
    for entry in _entries(organization, month):
        _refuse_break(before, entry, unit)
        balance, before = balance + entry.amount_micros, entry
        credited, debited = credited + max(0, entry.amount_micros), debited + max(0, -entry.amount_micros)
        count += 1
        sheet.row(_line(entry, balance, unit))
    sheet.end_table()
    figures = StatementFigures(
        opening_micros=opening,
        credited_micros=credited,
        debited_micros=debited,
        closing_micros=balance,
        movement_count=count,
    )
    _sum_up(sheet, figures, unit)
    return sheet.finish(), figures


def _sum_up(sheet: Sheet, figures: StatementFigures, unit: str) -> None:
    sheet.facts(
        [
            ("Movements", f"{figures.movement_count:,}"),
            ("Credited", money_text(figures.credited_micros, unit)),
            ("Debited", money_text(figures.debited_micros, unit)),
            ("Closing balance", money_text(figures.closing_micros, unit)),
        ]
    )


def _refuse_break(before: Entry | None, entry: Entry, unit: str) -> None:
    if before is None or entry.account_version != before.account_version + 1:
        return
    expected = before.balance_after_micros + entry.amount_micros
    if entry.balance_after_micros != expected:
        raise BooksDisagree(f"Version {entry.account_version} should leave {money_text(expected, unit)}.")


def _line(entry: Entry, balance_micros: int, unit: str) -> tuple[str, ...]:
    transfer = entry.transfer
    return (
        f"{entry.recorded_at:%Y-%m-%d %H:%M}",
        transfer.kind,
        transfer.description,
        amount_text(entry.amount_micros, unit),
        amount_text(balance_micros, unit),
    )


def _balance_before(organization: Organization, at: datetime) -> int:
    """Return the sum of the entries recorded before a time: the balance minus the later entries, in one statement.

    The balance stored on the last earlier entry would be wrong: transactions wait for each other, so an entry with an
    earlier time may be written after one with a later time.
    """
    since = Entry.objects.filter(account=OuterRef("pk"), recorded_at__gte=at).order_by().values("account")
    total = Coalesce(Subquery(since.annotate(total=Sum("amount_micros")).values("total")), 0)
    account = Account.objects.filter(book=organization.pk, code=code_of(organization.pk, Role.WALLET))
    return account.values_list(F("balance_micros") - total, flat=True).first() or 0


def _entries(organization: Organization, month: Period) -> Iterator[Entry]:
    """Yield the month's entries in the order in which they were written."""
    rows = Entry.objects.filter(
        account__book=organization.pk,
        account__code=code_of(organization.pk, Role.WALLET),
        recorded_at__gte=month.start,
        recorded_at__lt=month.end,
    )
    return rows.select_related("transfer").order_by("account_version").iterator(chunk_size=2000)
