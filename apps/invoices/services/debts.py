"""Debt of postpaid customers that is on no invoice; only this debt can be settled or written off without an invoice."""

from datetime import datetime

from apps.common.money import Micros, money_text
from apps.invoices.errors import DebtInvoiced
from apps.invoices.models import Document
from apps.invoices.selectors import invoiced_debt_micros, unpaid_usage_invoices
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from apps.wallets.services.locks import lock_wallet


def refuse_invoiced_debt(organization: Organization, amount: Micros, *, now: datetime) -> None:
    """Refuse to clear debt that is on invoices for usage, drafts included; locks the customer's book.

    Raises:
        DebtInvoiced: a part of the debt is on invoices; the detail names each one.
    """
    lock_wallet(organization, now=now)
    rows = unpaid_usage_invoices(organization.pk)
    free = max(0, wallet_figures(organization, now).outstanding_micros - invoiced_debt_micros(organization.pk))
    if rows and amount > free:
        text = money_text(free, organization.currency)
        raise DebtInvoiced(
            " ".join([f"Only {text} of the debt is on no invoice.", *map(_what_asks, rows)]), field="amount"
        )


def _what_asks(row: Document) -> str:
    if row.state == Document.State.DRAFT:
        return f"A draft has {money_text(row.total_micros, row.currency)} of it: finalize or discard it."
    return f"Invoice {row} has {money_text(row.left_micros, row.currency)} of it: clear it on the invoice's page."
