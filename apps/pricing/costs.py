"""What usage costs us: rated by the cost books, in picos (10^-12) of the currency in which we pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.pricing.rating import Scheme
from apps.pricing.resolution import Price, PriceIndex

# A cost is known for each event by itself, so prices that depend on a month's total do not fit.
SCHEMES: Final = (Scheme.PER_UNIT, Scheme.PER_TOKEN, Scheme.CELLS)
# A million currency units for one event: a reported cost above it is refused, a computed one counts as unknown.
MOST_PICOS: Final = 10**18
PICO_PLACES: Final = 12  # decimals of a currency unit


@dataclass(frozen=True, slots=True)
class CostBooks:
    """The prices of the cost books, of which there is one a currency."""

    prices: PriceIndex
    currencies: Sequence[str]

    def find(
        self, *, organization_id: UUID, currency: str, meter_id: int, model: str, at: datetime, provider: str = ""
    ) -> Price | None:
        """Return what a model costs us: in the organization's currency if that has a cost book, else in another.

        Its name is resolved in each book by itself, whatever name it is charged under.
        """
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


NO_COSTS = CostBooks(PriceIndex(()), ())
