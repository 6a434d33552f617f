"""How much customers spent of credit that was bought without tax; such credit is taxed when it is spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from apps.tenants.models import Organization

# The charges that bought credit paid; amounts that corrections gave back are negative. Credit whose purchase was taxed
# is left out: its transfer paid an invoice, or it was sold by an invoice with a tax category other than O.
UNTAXED_SPENT = """
    SELECT g.organization_id, date_trunc('month', t.effective_at AT TIME ZONE 'UTC')::date AS month,
           t.effective_at, c.number, c.amount_micros AS micros
    FROM wallets_grant g
    JOIN ledger_transfer bought ON bought.id = g.transfer_id
    JOIN wallets_consumption c ON c.grant_id = g.id
    JOIN ledger_transfer t ON t.id = c.transfer_id
    JOIN ledger_account a ON a.id IN (t.source_id, t.destination_id) AND a.role = 'revenue'
    WHERE g.source = 'top_up' AND g.is_paid
      AND NOT EXISTS (SELECT 1 FROM invoices_application p WHERE p.transfer_id = g.transfer_id)
      AND NOT EXISTS (SELECT 1 FROM invoices_documenttax x WHERE bought.cause_type = 'invoices.sold_credit'
                        AND x.document_id::text = bought.cause_id AND x.category <> 'O')
"""


@dataclass(frozen=True, slots=True)
class SpentByMonth:
    """The charges that untaxed credit paid, in micros by month, up to the book's record `number`."""

    number: int
    by_month: Mapping[date, int]

    @property
    def total_micros(self) -> int:
        """The sum of all months."""
        return sum(self.by_month.values())


def spent_before(organization: Organization, end: datetime) -> SpentByMonth:
    """Return how much untaxed credit paid of the charges that count before a moment."""
    query = f"""
        SELECT (SELECT number FROM ledger_book WHERE id = %s), month, SUM(micros) FROM ({UNTAXED_SPENT}) x
        WHERE organization_id = %s AND effective_at < %s GROUP BY month ORDER BY month
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [organization.pk, organization.pk, end])
        rows = cursor.fetchall()
    return SpentByMonth(rows[0][0] if rows else 0, {month: int(micros) for _, month, micros in rows})
