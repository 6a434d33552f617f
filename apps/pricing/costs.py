"""Our costs of usage: rated by the cost books, in picos (10^-12) of the currency in which we pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.pricing.model_names import normal_model
from apps.pricing.rating import Scheme
from apps.pricing.resolution import Price, PriceIndex

# The cost of an event may not depend on other events, so prices by a month's total are not allowed.
SCHEMES: Final = (Scheme.PER_UNIT, Scheme.PER_TOKEN, Scheme.CELLS)
# A million currency units for one event: a reported cost above it is refused, a computed one counts as unknown.
MOST_PICOS: Final = 10**18
PICO_PLACES: Final = 12  # decimals of a currency unit


@dataclass(frozen=True, slots=True)
class AccountCosts:
    """The prices of one account's cost books, one book per currency."""

    prices: PriceIndex
    currencies: Sequence[str]

    def find(
        self, *, organization_id: UUID, currency: str, meter_id: int, model: str, at: datetime, provider: str
    ) -> Price | None:
        """Return the cost of a model: in the organization's currency if that has a book, else in another."""
        for each in sorted(self.currencies, key=lambda name: (name != currency, name)):
            name = self.prices.name_of(
                organization_id=organization_id,
                currency=each,
                meter_id=meter_id,
                model=model,
                provider=provider,
                at=at,
            )
            found = self.prices.find(
                organization_id=organization_id, currency=each, meter_id=meter_id, model=name, at=at
            )
            if found is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class CostBooks:
    """The prices of all cost books by account of a provider; the default books have an empty account."""

    of_account: Mapping[str, AccountCosts]

    @property
    def moments(self) -> set[datetime]:
        """The moments at which a cost or an alias starts or ends; between two of them nothing changes."""
        return {moment for costs in self.of_account.values() for moment in costs.prices.moments}

    def find(
        self, *, organization_id: UUID, currency: str, meter_id: int, model: str, at: datetime, provider: str = ""
    ) -> Price | None:
        """Return our cost of a model through a provider: by its account's books, else by the default books.

        The model's name is resolved in each book separately, independent of the name under which it is charged.
        """
        for account in dict.fromkeys((normal_model(provider), "")):
            costs = self.of_account.get(account)
            found = costs and costs.find(
                organization_id=organization_id,
                currency=currency,
                meter_id=meter_id,
                model=model,
                provider=provider,
                at=at,
            )
            if found:
                return found
        return None


NO_COSTS = CostBooks({})
