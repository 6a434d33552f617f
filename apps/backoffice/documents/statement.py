"""A customer's month: opening balance, every movement on the wallet, closing balance, all read from the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.backoffice.documents.sheet import Sheet
from apps.common.admin import money_text
from apps.common.errors import Conflict
from apps.common.periods import Period
from apps.ledger.models import Entry
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of

COLUMNS = ((45, False), (125, False), (190, False), (450, True), (550, True))
NAMES = ("When (UTC)", "What", "Description", "Amount", "Balance")


class BooksDisagree(Conflict):
    code = "books_disagree"
    title = "The entries of the month do not lead from its opening to its closing balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFigures:
    """A month in figures, in micros: opening + credited - debited = closing."""

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
    for entry in _entries(organization, month):
        balance += entry.amount_micros
        if balance != entry.balance_after_micros:
            raise BooksDisagree(f"Version {entry.account_version} should leave {money_text(balance, unit)}.")
        credited, debited = credited + max(0, entry.amount_micros), debited + max(0, -entry.amount_micros)
        count += 1
        sheet.row(_line(entry))
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


def _line(entry: Entry) -> tuple[str, ...]:
    transfer = entry.transfer
    return (
        f"{entry.recorded_at:%Y-%m-%d %H:%M}",
        transfer.kind,
        transfer.description,
        money_text(entry.amount_micros),
        money_text(entry.balance_after_micros),
    )


def _balance_before(organization: Organization, at: datetime) -> int:
    before = Entry.objects.filter(account__code=code_of(organization.pk, Role.WALLET), recorded_at__lt=at)
    last = before.order_by("-recorded_at", "-account_version").values_list("balance_after_micros", flat=True).first()
    return last or 0


def _entries(organization: Organization, month: Period) -> Iterator[Entry]:
    rows = Entry.objects.filter(
        account__code=code_of(organization.pk, Role.WALLET),
        recorded_at__gte=month.start,
        recorded_at__lt=month.end,
    )
    return rows.select_related("transfer").order_by("recorded_at", "account_version").iterator(chunk_size=2000)
