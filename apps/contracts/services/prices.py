"""Prices of a contract: published as the customer's own when their terms take effect, and ended with the contract."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from apps.common.periods import midnight, month_of
from apps.common.transactions import serialized
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.errors import ImpossibleTerms
from apps.contracts.models import Contract, ContractPrice, ContractVersion
from apps.contracts.selectors import newest_version
from apps.contracts.services.locks import lock_contract
from apps.pricing.models import FIGURES, Meter, PriceVersion
from apps.pricing.services import (
    LEAD,
    PriceSlot,
    PriceTerms,
    draft_price_version,
    end_price_version,
    override_price_book,
    publish_price_version,
    withdraw_price_version,
)


@serialized
def publish_agreed_prices(*, contract_id: UUID, published_by: str, approval: str, now: datetime) -> list[ContractPrice]:
    """Publish the prices of an offered contract's newest version as the customer's own, until the contract ends.

    They start on the day that the version takes effect. If that day has come, they start about ten minutes from now,
    because usage that has a price is never priced again. The prices of an edited offer replace all earlier ones; those
    of an amendment replace only the ones of the same meter and model.

    Raises:
        ImpossibleTerms: there is no such meter. PriceTermsInvalid: the price does not fit its meter.
        PriceOverlaps: another own price of the customer is in force at that time, and has an end.
    """
    contract = lock_contract(contract_id)
    version = newest_version(contract)
    if version.kind == ContractVersion.Kind.ORIGINAL:
        take_back_prices(contract, now=now)
    prices = version.agreed_prices()
    meters = {row.slug: row for row in Meter.objects.filter(slug__in=[price.meter for price in prices])}
    day = midnight(version.effective_date)
    start = day if day >= now + LEAD else _soonest(now)
    published = []
    for price in prices:
        if price.meter not in meters:
            raise ImpossibleTerms(f"There is no meter {price.meter}.", field="prices")
        meter = meters[price.meter]
        for earlier in _standing(contract, now):
            if earlier.price.meter_id == meter.pk and earlier.price.model == price.model:
                _end(earlier.price, start, now)
        slot = PriceSlot(
            book=override_price_book(organization=contract.organization, now=now),
            meter=meter,
            model=price.model,
            effective_from=start,
            effective_to=_end_on(meter, end_of_prices(contract)),
        )
        draft = draft_price_version(slot=slot, terms=_terms(price), created_by=published_by, now=now)
        done = publish_price_version(version_id=draft.pk, published_by=published_by, approval=approval, now=now)
        published.append(
            ContractPrice.objects.create(
                organization_id=contract.organization_id, contract=contract, version=version, price=done, created_at=now
            )
        )
    return published


def end_of_prices(contract: Contract) -> datetime | None:
    """Return when the prices of a contract end; None while it renews automatically."""
    if contract.canceled_from is not None:
        return midnight(contract.canceled_from)
    return None if contract.auto_renew else midnight(contract.end_date)


def move_prices(contract: Contract, was: datetime | None, *, now: datetime) -> None:
    """Move the end of a locked contract's prices to its new end; `was` is the end of the prices before the change.

    A price that staff ended earlier keeps its end, unless the contract ends even earlier.

    Raises:
        PriceOverlaps: a price is to last longer, and another own price of the customer follows it.
    """
    for row in _standing(contract, now):
        price, meter = row.price, row.price.meter
        end = _end_on(meter, end_of_prices(contract))
        is_earlier = end is not None and (price.effective_to is None or end < price.effective_to)
        if is_earlier or price.effective_to == _end_on(meter, was) != end:
            _end(price, end, now)


def take_back_prices(contract: Contract, *, now: datetime) -> None:
    """Withdraw the prices of a locked contract that have not started, and end the others."""
    for row in _standing(contract, now):
        _end(row.price, _end_on(row.price.meter, now), now)


def _standing(contract: Contract, now: datetime) -> list[ContractPrice]:
    """Return the contract's prices whose end can still move."""
    rows = contract.prices.filter(price__status=PriceVersion.Status.PUBLISHED).select_related("price__meter")
    lasting = Q(price__effective_to=None) | Q(price__effective_to__gte=now + LEAD)
    return list(rows.filter(lasting).order_by("pk"))


def _end(price: PriceVersion, end: datetime | None, now: datetime) -> None:
    at = end if end is None or end >= now + LEAD else _end_on(price.meter, _soonest(now))
    if at is not None and at <= price.effective_from:
        withdraw_price_version(version_id=price.pk, now=now)
    elif at != price.effective_to:
        end_price_version(version_id=price.pk, at=at, now=now)


def _soonest(now: datetime) -> datetime:
    """Return the first whole minute at which a price may start or end."""
    return (now + LEAD + timedelta(minutes=1)).replace(second=0, microsecond=0)


def _end_on(meter: Meter, end: datetime | None) -> datetime | None:
    """Return an end; for a meter that has one figure a month, and so one price, the end of that UTC month."""
    if end is None or meter.counts not in FIGURES:
        return end
    month = month_of(end)
    return end if end == month.start else month.end


def _terms(price: AgreedPrice) -> PriceTerms:
    return PriceTerms(
        scheme=price.scheme,
        micros_per_million=price.micros_per_million,
        input_micros_per_million=price.input_micros_per_million,
        output_micros_per_million=price.output_micros_per_million,
    )
