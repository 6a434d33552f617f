"""A customer's debt by month and the charges behind it, for invoices and statements of account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Sum

from apps.common.periods import Period, add_months, midnight
from apps.ledger.models import Entry
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.kinds import Kind

# Entries of an account by the UTC month in which they take effect, with the role of the transfer's other account.
_ENTRIES = """
    SELECT date_trunc('month', e.effective_at AT TIME ZONE 'UTC')::date AS month, o.role AS other, t.cause_type,
           t.description, -e.amount_micros AS micros
    FROM ledger_account a
    JOIN ledger_entry e ON e.account_id = a.id
    JOIN ledger_transfer t ON t.id = e.transfer_id
    JOIN ledger_account o ON o.id = CASE WHEN t.source_id = a.id THEN t.destination_id ELSE t.source_id END
    WHERE a.book_id = %s AND a.code = %s
"""
# The accounts of money outside the books: at Stripe, at the bank, and in dispute.
OUTSIDE = (Role.CASH, Role.MANUAL_RECEIPTS, Role.DISPUTES)


@dataclass(frozen=True, slots=True)
class OwedByMonth:
    """The changes of a debt by month, in micros, up to the book's record `number`.

    `settled_by_month` is the part of them that was paid or given up, as negative amounts.
    """

    number: int
    by_month: Mapping[date, int]
    settled_by_month: Mapping[date, int]

    @property
    def total_micros(self) -> int:
        """The sum of the changes."""
        return sum(self.by_month.values())


def owed_before(organization: Organization, end: datetime, *, without_causes: str) -> OwedByMonth:
    """Return the debt by month from entries effective before `end`, without causes that begin with `without_causes`."""
    query = f"""
        SELECT (SELECT number FROM ledger_book WHERE id = %s), month, SUM(micros),
               COALESCE(SUM(micros) FILTER (WHERE other NOT IN ('wallet', 'revenue')), 0)
        FROM ({_ENTRIES} AND e.effective_at < %s) x
        WHERE cause_type NOT LIKE %s GROUP BY month ORDER BY month
    """  # noqa: S608
    code = code_of(organization.pk, Role.RECEIVABLE)
    with connection.cursor() as cursor:
        cursor.execute(query, [organization.pk, organization.pk, code, end, f"{without_causes}%"])
        rows = cursor.fetchall()
    return OwedByMonth(
        rows[0][0] if rows else 0,
        {month: int(micros) for _, month, micros, _ in rows},
        {month: int(settled) for _, month, _, settled in rows if settled},
    )


def charges_in(organization: Organization, months: Iterable[date]) -> dict[tuple[date, str, str], int]:
    """Return the charges to the wallet, less credits back, in micros, by month, cause and text.

    The text is that of a service agreement's charge, and empty for all others.
    """
    months = list(months)
    query = f"""
        SELECT month, cause_type, CASE WHEN cause_type = 'contracts.service_agreement' THEN description ELSE '' END,
               SUM(micros)
        FROM ({_ENTRIES} AND o.role = 'revenue' AND e.effective_at >= %s AND e.effective_at < %s) x
        WHERE month = ANY(%s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """  # noqa: S608
    code = code_of(organization.pk, Role.WALLET)
    start, end = midnight(min(months)), midnight(add_months(max(months), 1))
    with connection.cursor() as cursor:
        cursor.execute(query, [organization.pk, code, start, end, months])
        return {(month, cause, text): int(micros) for month, cause, text, micros in cursor.fetchall()}


def owed_for_wallet(organization: Organization, period: Period) -> int:
    """Return the part of a period's charges that no credit paid, less the part that credit paid later, in micros."""
    entries = Entry.objects.filter(
        account__book=organization.pk,
        account__code=code_of(organization.pk, Role.RECEIVABLE),
        transfer__kind=Kind.ADJUSTMENT,
        effective_at__gte=period.start,
        effective_at__lt=period.end,
    )
    moved: int = entries.aggregate(total=Sum("amount_micros", default=0))["total"]
    return -int(moved)


@dataclass(frozen=True, slots=True)
class UnappliedMove:
    """A receipt of unapplied money, or, if negative, its return to the payer, in micros."""

    day: date
    amount_micros: int
    cause_type: str


def unapplied_moves(organization: Organization, period: Period) -> list[UnappliedMove]:
    """Return a period's receipts of unapplied money and its returns to payers, by cause and by effective day."""
    query = f"""
        SELECT day, SUM(-micros), cause_type FROM (
            SELECT (effective_at AT TIME ZONE 'UTC')::date AS day, micros, cause_type
            FROM ({_ENTRIES.replace("t.description,", "t.description, e.effective_at,")}) e
            WHERE other = ANY(%s) AND effective_at >= %s AND effective_at < %s
        ) x GROUP BY day, cause_type, micros < 0 ORDER BY day, cause_type
    """  # noqa: S608
    code = code_of(organization.pk, Role.UNAPPLIED)
    outside = [str(role) for role in OUTSIDE]
    with connection.cursor() as cursor:
        cursor.execute(query, [organization.pk, code, outside, period.start, period.end])
        return [UnappliedMove(day, int(micros), cause) for day, micros, cause in cursor.fetchall()]
