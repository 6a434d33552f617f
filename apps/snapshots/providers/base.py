"""The interface of providers. A provider only reads and is never called in a transaction."""

from datetime import datetime
from typing import Protocol

from apps.common.periods import Period
from apps.snapshots.readings import BalanceReading, CostReading
from apps.tenants.models import Organization


class Provider(Protocol):
    """A source of balances and costs."""

    @property
    def name(self) -> str:
        """The name that is stored in snapshots and failures."""

    def balance(self, organization: Organization, now: datetime) -> BalanceReading:
        """Read the balance.

        Raises:
            CollectionProblem: it could not be read, or the answer is invalid.
        """

    def costs(self, organization: Organization, month: Period, now: datetime) -> CostReading | None:
        """Read the costs of a UTC calendar month; None if it has none yet.

        Raises:
            CollectionProblem: they could not be read, or the answer is invalid.
        """
