"""Reads of prices: an index for rating a batch, and the price sheets that the API shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Min, Q, QuerySet

from apps.common.money import Micros
from apps.common.queries import prepared_rows
from apps.common.rows import read_row
from apps.pricing.chain import chain_of
from apps.pricing.costs import AccountCosts, CostBooks
from apps.pricing.model_names import Alias, normal_model, rank
from apps.pricing.models import Meter, ModelAlias, PriceBook, PriceLink, PriceVersion
from apps.pricing.rating import PriceRule, Scheme, TokenPrices, entry_price
from apps.pricing.resolution import Owner, Price, PriceIndex, Span
from apps.tenants.models import Organization

CHARGE, COST = (purpose.value for purpose in (PriceBook.Purpose.CHARGE, PriceBook.Purpose.COST))
ALWAYS: Span = (None, None)
_NO_TERMS = PriceRule(Scheme.PER_UNIT)
NO_TOKEN_PRICES = TokenPrices(None, None, None)


@dataclass(frozen=True, slots=True)
class PriceSheet:
    """An organization's unit prices at a moment, in micros of its currency per million units, by meter slug."""

    events: dict[str, int]
    services: dict[str, int]
    tokens: TokenPrices
    character: int | None


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """An organization's token prices for a model at a moment, in micros of its currency per million tokens."""

    model: str
    prices: TokenPrices


def price_index(
    *,
    organization_ids: Collection[UUID],
    currencies: Collection[str],
    start: datetime,
    end: datetime,
    meter_ids: Collection[int] | None = None,
) -> PriceIndex:
    """Return an index of all published prices in force at any moment from `start` to `end`, in one statement."""
    found = prices_in_force(
        organization_ids=organization_ids, currencies=currencies, start=start, end=end, meter_ids=meter_ids
    )
    return PriceIndex(found)


def prices_in_force(
    *,
    organization_ids: Collection[UUID],
    currencies: Collection[str],
    start: datetime,
    end: datetime,
    meter_ids: Collection[int] | None = None,
) -> list[Price]:
    """Return the prices that `price_index` indexes."""
    rows = charging(organization_ids, currencies).select_related("book", "meter").filter(effective_from__lte=end)
    rows = rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=start))
    if meter_ids is not None:
        rows = rows.filter(meter_id__in=meter_ids)
    return [as_price(row) for row in rows]


def places_in_force(
    *,
    organization_ids: Collection[UUID],
    currency: str,
    meter: Meter,
    at: datetime,
    models: Collection[str] | None = None,
) -> list[Price]:
    """Return a meter's prices in force at a moment, without their terms: enough to know which models have one."""
    rows = charging(organization_ids, [currency]).filter(meter=meter, effective_from__lte=at)
    rows = rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=at))
    rows = rows if models is None else rows.filter(model__in=models)
    found = rows.values_list("book__organization_id", "book__currency", "model")
    return [place_of(meter, owner, of, model) for owner, of, model in found]


def place_of(meter: Meter, organization_id: UUID | None, currency: str, model: str) -> Price:
    """Return a price without its terms, for all time."""
    covers_unknown = meter.unknown_models == Meter.UnknownModels.ANY_MODEL
    always = datetime.min.replace(tzinfo=UTC)
    return Price(0, organization_id, currency, meter.pk, model, always, None, _NO_TERMS, 0, covers_unknown)


def charging(organization_ids: Collection[UUID], currencies: Collection[str]) -> QuerySet[PriceVersion]:
    """Return the published list prices of some currencies and the own prices of some organizations, of any time."""
    listed = Q(book__organization__isnull=True, book__purpose=CHARGE, book__currency__in=currencies)
    return PriceVersion.objects.filter(
        listed | Q(book__organization__in=organization_ids), status=PriceVersion.Status.PUBLISHED
    )


def versions_by_id(ids: Collection[int]) -> dict[int, Price]:
    """Return versions in any state, by id, as values for rating."""
    return {row.pk: as_price(row) for row in PriceVersion.objects.select_related("book", "meter").filter(pk__in=ids)}


def read_prices(opened: Mapping[str, Any]) -> tuple[dict[str, Meter], PriceIndex, CostBooks]:
    """Parse the JSON of `price_open`: the meters by slug, and the prices and costs of the requested models."""
    meters = {row["id"]: read_row(Meter, row) for row in opened["meters"] or ()}
    books = {row["id"]: read_row(PriceBook, row) for row in opened["books"] or ()}
    versions = [read_row(PriceVersion, row) for row in opened["versions"] or ()]
    for version in versions:
        version.meter, version.book = meters[version.meter_id], books[version.book_id]
    named: dict[tuple[str, str], dict[tuple[Owner, int], Sequence[Span]]] = {}
    for book_id, meter_id, is_always, spans in opened["named"] or ():
        book = books[book_id]
        named.setdefault((book.purpose, book.account), {})[book.organization_id or book.currency, meter_id] = (
            [ALWAYS] if is_always else [_span(span) for span in spans or ()]
        )
    aliases = [as_alias(read_row(ModelAlias, row)) for row in opened["aliases"] or ()]

    def index(purpose: str, account: str = "") -> PriceIndex:
        found = [as_price(row) for row in versions if (row.book.purpose, row.book.account) == (purpose, account)]
        return PriceIndex(found, named=named.get((purpose, account), {}), aliases=aliases)

    currencies: dict[str, list[str]] = {}
    for book in books.values():
        if book.purpose == COST:
            currencies.setdefault(book.account, []).append(book.currency)
    costs = {account: AccountCosts(index(COST, account), paid_in) for account, paid_in in currencies.items()}
    return {meter.slug: meter for meter in meters.values()}, index(CHARGE), CostBooks(costs)


def prices_of(
    organization: Organization, meter: Meter, models: Collection[str], at: datetime
) -> tuple[PriceIndex, CostBooks]:
    """Return a meter's prices and costs for some models and for any model at a moment, in one statement."""
    ((text,),) = prepared_rows(
        "SELECT price_open(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz, %s::timestamptz)::text",
        [[organization.pk], [organization.currency], [meter.slug], list(models), at, at],
    )
    _, prices, costs = read_prices(orjson.loads(text))
    return prices, costs


def counted_model(organization: Organization, slug: str, model: str, at: datetime) -> tuple[dict[str, Meter], str]:
    """Return the name under which usage of a model is counted now, and the meters read for it, in one statement.

    That is the name by the prices and aliases of one meter, or without a slug by the first meter that knows the model
    by an alias; `model` in normal form if none does.
    """
    ((text,),) = prepared_rows(
        """
        SELECT price_open(%s::uuid[], %s::text[], ARRAY(
            SELECT m.slug::text FROM pricing_meter m
            WHERE m.slug = %s OR %s = '' AND EXISTS (SELECT FROM pricing_modelalias a WHERE a.meter_id = m.id)
        ), %s::text[], %s::timestamptz, %s::timestamptz)::text
        """,
        [[organization.pk], [organization.currency], slug, slug, [normal_model(model)], at, at],
    )
    meters, prices, _ = read_prices(orjson.loads(text))
    name = normal_model(model)
    for meter in sorted(meters.values(), key=lambda each: each.pk):
        found = prices.name_of(
            organization_id=organization.pk,
            currency=organization.currency,
            meter_id=meter.pk,
            model=name,
            provider="",
            at=at,
        )
        if found != name:
            return meters, found
    return meters, name


def standing_alias(version: PriceVersion) -> ModelAlias | None:
    """Return the alias that gives a version's model another meaning until the version starts; None if there is none."""
    later = Q(effective_to__isnull=True) | Q(effective_to__gt=version.effective_from)
    rows = ModelAlias.objects.filter(later, meter=version.meter_id, name=version.model, expression="")
    return rows.filter(effective_from__lte=version.effective_from).first()


def as_alias(row: ModelAlias) -> Alias:
    """Return an alias of a model as a value for resolving names."""
    return Alias.of(row.meter_id, row.name, row.target, row.effective_from, row.effective_to)


def aliases_in_force(meter_id: int, now: datetime) -> list[Alias]:
    """Return a meter's aliases in force, in the order in which they are tried."""
    rows = ModelAlias.objects.filter(meter=meter_id, effective_from__lte=now).exclude(effective_to__lte=now)
    return sorted(map(as_alias, rows), key=rank)


def _span(span: Sequence[str | None]) -> Span:
    start, end = (datetime.fromisoformat(moment) if moment else None for moment in span)
    return start, end


def price_sheet(organization: Organization, now: datetime) -> PriceSheet:
    """Return the unit prices in force, the organization's own before the list; meters without a price are omitted."""
    prices = _current(organization, now)
    by_kind: dict[str, dict[str, Price]] = {kind: {} for kind in Meter.Kind.values}
    for meter in Meter.objects.order_by("pk"):
        found = _find(prices, organization, meter.pk, "", now)
        if found is not None:
            by_kind[meter.kind][meter.slug] = found
    tokens = next(iter(by_kind[Meter.Kind.TOKEN].values()), None)
    character = next(iter(by_kind[Meter.Kind.CHARACTER].values()), None)
    return PriceSheet(
        events=_entry_prices(by_kind[Meter.Kind.EVENT]),
        services=_entry_prices(by_kind[Meter.Kind.SERVICE]),
        tokens=tokens.rule.tokens if tokens else NO_TOKEN_PRICES,
        character=entry_price(character.rule) if character else None,
    )


def model_prices(organization: Organization, now: datetime) -> list[ModelPrice]:
    """Return the models with their own price, sorted by name; the organization's prices override the list's."""
    prices = _current(organization, now)
    found: dict[str, Price] = {}
    for meter in Meter.objects.filter(kind=Meter.Kind.TOKEN).order_by("pk"):
        named = prices.models(organization_id=organization.pk, currency=organization.currency, meter_id=meter.pk)
        for model in named - set(found):
            price = _find(prices, organization, meter.pk, model, now)
            if price is not None:
                found[model] = price
    return [ModelPrice(model, found[model].rule.tokens) for model in sorted(found)]


def as_price(row: PriceVersion) -> Price:
    """Return a version, whose book and meter should be loaded, as a value for rating."""
    return Price(
        version_id=row.pk,
        organization_id=row.book.organization_id,
        currency=row.book.currency,
        meter_id=row.meter_id,
        model=row.model,
        start=row.effective_from,
        end=row.effective_to,
        rule=row.rule,
        minimum_micros=Micros(row.minimum_micros),
        covers_unknown_models=row.meter.unknown_models == Meter.UnknownModels.ANY_MODEL,
    )


def _current(organization: Organization, now: datetime) -> PriceIndex:
    return price_index(organization_ids=[organization.pk], currencies=[organization.currency], start=now, end=now)


def _find(prices: PriceIndex, organization: Organization, meter_id: int, model: str, at: datetime) -> Price | None:
    return prices.find(
        organization_id=organization.pk, currency=organization.currency, meter_id=meter_id, model=model, at=at
    )


def _entry_prices(prices: dict[str, Price]) -> dict[str, int]:
    entries = ((slug, entry_price(price.rule)) for slug, price in prices.items())
    return {slug: price for slug, price in sorted(entries) if price is not None}


def priced_models(meter_id: int, now: datetime) -> dict[str, datetime]:
    """Return the models of a meter that customers are charged for, now or later, each with its first price's start."""
    rows = PriceVersion.objects.filter(meter=meter_id, status=PriceVersion.Status.PUBLISHED).exclude(model="")
    rows = rows.filter(book__purpose=CHARGE).exclude(effective_to__lte=now)
    return dict(rows.values_list("model").annotate(Min("effective_from")).order_by("model"))


def price_heads() -> list[tuple[str, int, bytes]]:
    """Return (chain, number, hash) of the newest link of each price book, ordered by the book's id."""
    newest = PriceLink.objects.order_by("book", "-number").distinct("book")
    return [(chain_of(link.book_id), link.number, bytes(link.hash)) for link in newest]
