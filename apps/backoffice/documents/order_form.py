"""The order form of a contract: its terms and payment schedule, for both sides to sign."""

from datetime import datetime

from apps.common.money import money_text
from apps.contracts import selectors as contracts
from apps.contracts.models import Contract, Installment

COLUMNS = ((45, False), (115, False), (330, True), (440, True), (550, True))
NAMES = ("Due", "Period", "Credit", "Service", "Amount")


def order_form(*, contract: Contract, now: datetime) -> bytes:
    """Draw the order form of a contract's current term."""
    from apps.common.papers.layout import Sheet  # its fonts take memory that most processes never need

    organization, unit = contract.organization, contract.organization.currency
    rows = contracts.current_schedule(contract)
    version = contracts.recurring_version(contract)
    sheet = Sheet("Order form", f"Contract {contract.pk}, drawn {now:%Y-%m-%d %H:%M} UTC")
    sheet.facts(
        [
            ("Customer", organization.name),
            ("Contract", str(contract.pk)),
            ("Status", contract.get_status_display()),
            ("Term", f"{contract.start_date} up to, not including, {contract.end_date}"),
            ("At end of term", "renews automatically" if contract.auto_renew else "ends"),
            ("Payments", version.get_payment_frequency_display()),
            ("Bonus credits", money_text(contract.bonus_credits_micros, unit)),
        ]
    )
    sheet.skip()
    sheet.table_head(COLUMNS, NAMES)
    for row in rows:
        sheet.row(_line(row, unit))
    sheet.row(_total(rows, unit), bold=True)
    sheet.end_table()
    for line in contract.notes.splitlines():
        sheet.line(line[:110])
    sheet.skip(3)
    sheet.facts([("For the customer", "_" * 40), ("", ""), ("Date", "_" * 20)])
    return sheet.finish()


def _line(row: Installment, unit: str) -> tuple[str, ...]:
    period = "once" if row.is_one_time else row.period.replace("/", " to ")
    return (f"{row.due_date}", period, *(money_text(amount, unit) for amount in _amounts(row)))


def _total(rows: list[Installment], unit: str) -> tuple[str, ...]:
    sums = [sum(column) for column in zip(*(_amounts(row) for row in rows), strict=True)] or [0, 0, 0]
    return ("Total", "", *(money_text(amount, unit) for amount in sums))


def _amounts(row: Installment) -> tuple[int, int, int]:
    return row.credit_micros, row.service_micros, row.amount_micros
