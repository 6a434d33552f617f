"""The organization's own ledger and usage, the default source of its figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.common.periods import Period
from apps.snapshots.providers.fees import ContractFees, contract_fees, fees_of
from apps.snapshots.providers.usage_lines import posted_for_events, usage_lines_of
from apps.snapshots.readings import BalanceReading, CostReading
from apps.tenants.models import Organization
from apps.usage.selectors import UsageLine, usage_lines_by_organization
from apps.wallets.selectors import EntrySum, moved_by_kind, wallet_figures


@dataclass(frozen=True, slots=True)
class _Month:
    """The data that a month's costs are computed from, by organization."""

    moved: Mapping[UUID, Mapping[str, EntrySum]]
    fees: ContractFees
    lines: Mapping[UUID, Sequence[UsageLine]]
    posted: Mapping[UUID, EntrySum]


class OwnLedger:
    """Reads figures from the books, in a constant number of statements.

    A month is read for all organizations of `together` at the first request for one of them.
    """

    name = "own_ledger"

    def __init__(self, together: Collection[Organization] = ()) -> None:
        self._together = frozenset(organization.pk for organization in together)
        self._read: dict[Period, _Month] = {}

    def balance(self, organization: Organization, now: datetime) -> BalanceReading:
        """Return unexpired credit less overspend and less postpaid debt, so a postpaid balance is negative by its debt.

        Raises:
            WalletNotFound: the organization has no wallet.
        """
        figures = wallet_figures(organization, now)
        return BalanceReading(Micros(figures.balance_micros - figures.outstanding_micros), figures.currency, now)

    def costs(self, organization: Organization, month: Period, now: datetime) -> CostReading | None:
        """Return the month's usage by meter and operator, its service charges and its contracts' service portions."""
        pk, read = organization.pk, self._month(organization, month)
        fees = fees_of(pk, read.moved[pk], read.fees)
        return CostReading(
            currency=organization.currency,
            observed_at=now,
            monthly_fees_micros=fees.monthly_micros,
            one_time_fees_micros=fees.one_time_micros,
            usage_lines=usage_lines_of(read.lines[pk], read.moved[pk], read.posted.get(pk, EntrySum())),
        )

    def _month(self, organization: Organization, month: Period) -> _Month:
        if organization.pk not in self._together:
            return _read_month({organization.pk}, month)
        if month not in self._read:
            self._read[month] = _read_month(self._together, month)
        return self._read[month]


def _read_month(organization_ids: Collection[UUID], month: Period) -> _Month:
    return _Month(
        moved=moved_by_kind(organization_ids, month),
        fees=contract_fees(organization_ids, month),
        lines=usage_lines_by_organization(organization_ids, month),
        posted=posted_for_events(organization_ids, month),
    )
