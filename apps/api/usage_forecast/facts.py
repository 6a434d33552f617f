"""The forecast of a customer: usage, agreements, the next invoices and the end of the credit, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from apps.contracts.models import RUNNING, Contract, ServiceAgreement
from apps.contracts.selectors import active_agreements, next_unpaid_installment
from apps.invoices.selectors import invoiced_debt_micros, usage_amount
from apps.tenants.models import Organization
from apps.usage.forecast import ExpectedCharge, runs_out_at
from apps.usage.selectors import UsageForecast, usage_forecast
from apps.wallets.selectors import WalletFigures, free_credit, wallet_figures


@dataclass(frozen=True, slots=True)
class NextInvoice:
    """A future invoice: its kind, day and amount, and for usage the low and high forecast."""

    kind: str
    day: date
    amount_micros: int
    range_micros: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CustomerForecast:
    """A customer's expected usage, the agreements due this month, and the resulting invoices and end of credit."""

    usage: UsageForecast
    agreements: Sequence[ServiceAgreement]
    invoices: Sequence[NextInvoice]
    credit_ends_at: datetime | None

    @property
    def agreements_micros(self) -> int:
        """The charge of the agreements due until the month's end."""
        return sum(each.amount_micros for each in self.agreements)


def customer_forecast(organization: Organization, now: datetime) -> CustomerForecast:
    """Return the forecast of an organization with a wallet."""
    usage, figures = usage_forecast(organization, now), wallet_figures(organization, now)
    today, month = now.astimezone(UTC).date(), usage.month
    due = [
        each
        for each in active_agreements(organization, today)
        if each.next_due_date is not None and today <= each.next_due_date < month.period.end.date()
    ]
    running = Contract.objects.filter(organization=organization, status__in=RUNNING)
    rows = [row for contract in running if (row := next_unpaid_installment(contract, today)) is not None]
    invoices = [NextInvoice("installment", row.due_date, row.remaining_micros) for row in rows]
    if organization.billing_mode == Organization.BillingMode.POSTPAID and month.expected is not None:
        rest = month.expected.plus(sum(each.amount_micros for each in due) - month.so_far_micros)
        invoices.append(_postpaid(organization, figures, rest, month.period.end.date()))
    credit = [] if figures.overspend_micros else free_credit(organization, now)
    ends_at = runs_out_at(credit, usage.days, now)
    return CustomerForecast(usage, due, sorted(invoices, key=lambda each: each.day), ends_at)


def _postpaid(organization: Organization, figures: WalletFigures, rest: ExpectedCharge, day: date) -> NextInvoice:
    """Return the invoice of the month's end: the debt not invoiced yet, and the expected usage beyond the credit."""
    credit = max(0, figures.quota_micros + figures.top_up_micros + figures.legacy_micros - figures.held_micros)
    owed = figures.debt_micros - invoiced_debt_micros(organization.pk)

    def asks(expected_micros: int) -> int:
        return usage_amount(owed + max(0, expected_micros - credit), organization.currency)

    return NextInvoice("postpaid", day, asks(rest.likely_micros), (asks(rest.low_micros), asks(rest.high_micros)))
