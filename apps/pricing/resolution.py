"""Find the price in force: an organization's own before the list, a model's before the price for any model.

If no model has its own price, the price for any model applies to all. If some have, any other model is unknown: maybe
another spelling, maybe a new model. Its usage waits in quarantine, unless the meter accepts the price for any model.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from apps.pricing.model_names import Alias, aliased, candidates, rank
from apps.pricing.rating import PriceRule


@dataclass(frozen=True, slots=True)
class Price:
    """A published price version as a value for rating. `organization_id` is None for list prices."""

    version_id: int
    organization_id: UUID | None
    currency: str
    meter_id: int
    model: str
    start: datetime
    end: datetime | None
    rule: PriceRule
    minimum_micros: int
    covers_unknown_models: bool = False

    def covers(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.start <= at and (self.end is None or at < self.end)


Owner = UUID | str
# A half-open span of time; None stands for no bound.
Span = tuple[datetime | None, datetime | None]


class PriceIndex:
    """An index of the prices for a batch of events, so that no event needs a query.

    `named` has, for each owner (organization or currency) and meter, the spans in which some model has its own price;
    without it, `prices` has those of all models.
    """

    def __init__(
        self,
        prices: Iterable[Price],
        *,
        named: Mapping[tuple[Owner, int], Sequence[Span]] | None = None,
        aliases: Iterable[Alias] = (),
    ) -> None:
        self._of: dict[tuple[Owner, int, str], list[Price]] = {}
        spans: dict[tuple[Owner, int], list[Span]] = {}
        for price in prices:
            owner = price.organization_id or price.currency
            self._of.setdefault((owner, price.meter_id, price.model), []).append(price)
            if price.model:
                spans.setdefault((owner, price.meter_id), []).append((price.start, price.end))
        self._named: Mapping[tuple[Owner, int], Sequence[Span]] = spans if named is None else named
        self._candidates: dict[tuple[UUID, int, str], list[Price]] = {}
        self._aliases: dict[int, list[Alias]] = {}
        for alias in sorted(aliases, key=rank):
            self._aliases.setdefault(alias.meter_id, []).append(alias)

    @property
    def moments(self) -> set[datetime]:
        """The moments at which a price or an alias starts or ends; between two of them nothing changes."""
        spans = [(each.start, each.end) for prices in self._of.values() for each in prices]
        spans += [(each.start, each.end) for aliases in self._aliases.values() for each in aliases]
        return {moment for span in (*spans, *chain(*self._named.values())) for moment in span if moment is not None}

    def name_of(
        self, *, organization_id: UUID, currency: str, meter_id: int, model: str, provider: str, at: datetime
    ) -> str:
        """Return the name under which usage of a model is priced and counted.

        It is the first of: the name, with or without its provider, if a price for it is in force (the organization's
        own before the list's); what it is an alias of; the name itself, which is then unknown.
        """
        names, aliases = candidates(provider, model), self._aliases.get(meter_id, ())
        if not model or (len(names) == 1 and not aliases):
            return model
        for owner in (organization_id, currency):
            for name in names:
                if any(price.covers(at) for price in self._of.get((owner, meter_id, name), ())):
                    return name
        return aliased(aliases, names, at) or model

    def find(self, *, organization_id: UUID, currency: str, meter_id: int, model: str, at: datetime) -> Price | None:
        """Return the price in force; None if there is none or the model is unknown and waits for a price."""
        price = self._first(organization_id, currency, meter_id, model, at)
        if price is None or price.covers_unknown_models:
            return price
        return None if self._is_unknown(price, organization_id, currency, model, at, meter_id) else price

    def is_unknown_model(
        self, *, organization_id: UUID, currency: str, meter_id: int, model: str, at: datetime
    ) -> bool:
        """Whether a model has no price of its own while other models have one."""
        price = self._first(organization_id, currency, meter_id, model, at)
        return self._is_unknown(price, organization_id, currency, model, at, meter_id)

    def _first(self, organization_id: UUID, currency: str, meter_id: int, model: str, at: datetime) -> Price | None:
        asked = (organization_id, meter_id, model)
        candidates = self._candidates.get(asked)
        if candidates is None:
            candidates = self._candidates[asked] = self._in_order(organization_id, currency, meter_id, model)
        return next((price for price in candidates if price.covers(at)), None)

    def _is_unknown(
        self, price: Price | None, organization_id: UUID, currency: str, model: str, at: datetime, meter_id: int
    ) -> bool:
        """Whether a model has at most the price for any model, although other models have prices of their own.

        Against an organization's own price for any model, only that organization's models count. A model with its own
        list price is always known.
        """
        if not model or (price is not None and price.model):
            return False
        if any(listed.covers(at) for listed in self._of.get((currency, meter_id, model), ())):
            return False
        is_own = price is not None and price.organization_id
        owners: tuple[Owner, ...] = (organization_id,) if is_own else (organization_id, currency)
        return any(
            (start is None or start <= at) and (end is None or at < end)
            for owner in owners
            for start, end in self._named.get((owner, meter_id), ())
        )

    def _in_order(self, organization_id: UUID, currency: str, meter_id: int, model: str) -> list[Price]:
        places = (
            (owner, named) for owner in (organization_id, currency) for named in ((model, "") if model else ("",))
        )
        return [price for owner, named in places for price in self._of.get((owner, meter_id, named), ())]

    def models(self, *, organization_id: UUID, currency: str, meter_id: int) -> set[str]:
        """Return the models that have a price of their own, in the list or for the organization."""
        owners = (organization_id, currency)
        return {model for owner, meter, model in self._of if owner in owners and meter == meter_id and model}
