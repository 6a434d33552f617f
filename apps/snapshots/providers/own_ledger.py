"""The organization's own ledger and usage, the default source of its figures."""

from datetime import datetime

from apps.common.money import Micros
from apps.common.periods import Period
from apps.snapshots.providers.fees import fees_of
from apps.snapshots.providers.usage_lines import usage_lines_of
from apps.snapshots.readings import BalanceReading, CostReading
from apps.tenants.models import Organization
from apps.wallets.selectors import day_totals, wallet_figures


class OwnLedger:
    """Reads what the books say, in a constant number of statements."""

    name = "own_ledger"

    def balance(self, organization: Organization, now: datetime) -> BalanceReading:
        """The balance as the billing summary shows it: unexpired credit less overspend."""
        figures = wallet_figures(organization, now)
        return BalanceReading(Micros(figures.balance_micros), figures.currency, now)

    def costs(self, organization: Organization, month: Period, now: datetime) -> CostReading | None:
        """What the month was charged: usage by meter and operator, service agreements, contracts' service portions."""
        charged = day_totals(organization, month)
        fees = fees_of(organization, month, charged)
        return CostReading(
            currency=organization.currency,
            observed_at=now,
            monthly_fees_micros=fees.monthly_micros,
            one_time_fees_micros=fees.one_time_micros,
            usage_lines=usage_lines_of(organization, month, charged),
        )
