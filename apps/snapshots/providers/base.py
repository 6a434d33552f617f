"""What every provider can be asked. A provider reads; it never writes, and is never called in a transaction."""

from datetime import datetime
from typing import Protocol

from apps.common.periods import Period
from apps.snapshots.readings import BalanceReading, CostReading
from apps.tenants.models import Organization


class Provider(Protocol):
    """One source of figures."""

    @property
    def name(self) -> str:
        """What snapshots and failures call it."""

    def balance(self, organization: Organization, now: datetime) -> BalanceReading:
        """Read the balance.

        Raises:
            CollectionProblem: it could not be read, or what was read cannot be right.
        """

    def costs(self, organization: Organization, month: Period, now: datetime) -> CostReading | None:
        """Read the costs of a UTC calendar month; None while it has none.

        Raises:
            CollectionProblem: they could not be read, or what was read cannot be right.
        """
