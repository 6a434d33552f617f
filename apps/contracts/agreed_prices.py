"""The prices of usage that a contract agrees on, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.pricing.rating import PriceRule, Scheme

MOST_PRICES = 50
Slot = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPrice:
    """The customer's own price of a meter, for one model or any, while the contract runs.

    A price per unit is in micros per million units, a price per token in micros per million tokens. Input and output
    tokens have one price together or one each.
    """

    meter: str
    model: str = ""
    scheme: Scheme = Scheme.PER_UNIT
    micros_per_million: int | None = None
    input_micros_per_million: int | None = None
    output_micros_per_million: int | None = None

    @property
    def slot(self) -> Slot:
        """The meter and the model that the price is for."""
        return self.meter, self.model

    @property
    def rule(self) -> PriceRule:
        """The price as a value for rating."""
        return PriceRule(
            scheme=self.scheme,
            micros_per_million=self.micros_per_million,
            input_micros_per_million=self.input_micros_per_million,
            output_micros_per_million=self.output_micros_per_million,
        )


def newest_of(prices: Iterable[AgreedPrice]) -> list[AgreedPrice]:
    """Return the last price for each slot, in the order in which the slots were first priced."""
    found: dict[Slot, AgreedPrice] = {}
    for price in prices:
        found[price.slot] = price
    return list(found.values())


def price_rows(prices: Iterable[AgreedPrice]) -> list[list[Any]]:
    """Return prices in the form in which a version of a contract stores them."""
    return [
        [
            price.meter,
            price.model,
            price.scheme.value,
            price.micros_per_million,
            price.input_micros_per_million,
            price.output_micros_per_million,
        ]
        for price in prices
    ]


def read_price_rows(rows: Iterable[Sequence[Any]]) -> tuple[AgreedPrice, ...]:
    """Return the prices that `price_rows` wrote."""
    return tuple(
        AgreedPrice(
            meter=meter,
            model=model,
            scheme=Scheme(scheme),
            micros_per_million=both,
            input_micros_per_million=into,
            output_micros_per_million=out,
        )
        for meter, model, scheme, both, into, out in rows
    )
