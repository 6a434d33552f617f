"""Split an installment's money into credit and service, and service into months. Pure; amounts are micros."""

from dataclasses import dataclass
from datetime import date

from apps.common.money import Micros, from_minor_units, micros_per_minor_unit, split
from apps.common.periods import add_months


@dataclass(frozen=True, slots=True)
class Portions:
    """An amount split into credit and service."""

    credit_micros: Micros
    service_micros: Micros

    @property
    def total_micros(self) -> Micros:
        return Micros(self.credit_micros + self.service_micros)

    def minus(self, other: "Portions") -> "Portions":
        """Return the difference, portion by portion."""
        return Portions(
            Micros(self.credit_micros - other.credit_micros), Micros(self.service_micros - other.service_micros)
        )


@dataclass(frozen=True, slots=True)
class Funding:
    """The sources that paid a settled installment's portions: the customer's money, and promotions for a discount."""

    money: Portions
    promotion: Portions


def divide(amount_micros: int, whole: Portions, currency: str) -> Portions:
    """Split an amount in the proportion of `whole`, in the currency's smallest unit.

    A leftover unit goes to the largest remainder; ties go to credit.
    """
    unit = micros_per_minor_unit(currency)
    credit, service = split(amount_micros // unit, [whole.credit_micros, whole.service_micros])
    return Portions(from_minor_units(credit, currency), from_minor_units(service, currency))


def funding(*, paid_micros: int, whole: Portions, currency: str) -> Funding:
    """Return which part of the portions money paid for; the discount covers the rest."""
    money = divide(paid_micros, whole, currency)
    return Funding(money=money, promotion=whole.minus(money))


def refund_total(refunded_micros: int, was: Funding, currency: str) -> Funding:
    """Return the total to take back from each portion once `refunded_micros` of the money have been refunded.

    It never falls as refunds grow; a full refund takes back everything.
    """
    paid = was.money.total_micros
    promotion = _part(was.promotion.total_micros, refunded_micros, paid, currency)
    return Funding(
        money=_like(was.money, refunded_micros, currency), promotion=_like(was.promotion, promotion, currency)
    )


def next_refund(
    amount_micros: int, *, before: Funding, was: Funding, currency: str, credit_micros: int | None = None
) -> Funding:
    """Return what a refund of `amount_micros` takes from each portion, given what earlier refunds took (`before`).

    Without `credit_micros` the result is as close to `refund_total` as possible. Otherwise that much is taken from the
    credit, the rest from the service, and the discount on each of them in proportion. The amount is limited by what is
    left of each portion. A full refund takes exactly everything.
    """
    if credit_micros is not None:
        return _named_refund(amount_micros, credit_micros, before, was, currency)
    goal = refund_total(before.money.total_micros + amount_micros, was, currency)
    left = was.promotion.minus(before.promotion).total_micros
    promotion = min(max(0, goal.promotion.total_micros - before.promotion.total_micros), left)
    return Funding(
        money=_toward(goal.money, before.money, was.money, amount_micros),
        promotion=_toward(goal.promotion, before.promotion, was.promotion, promotion),
    )


def _named_refund(amount_micros: int, credit_micros: int, before: Funding, was: Funding, currency: str) -> Funding:
    goal = Portions(Micros(before.money.credit_micros + credit_micros), before.money.service_micros)
    money = _toward(goal, before.money, was.money, amount_micros)
    left = was.promotion.minus(before.promotion)
    if amount_micros == was.money.minus(before.money).total_micros:
        return Funding(money=money, promotion=left)

    def discount(promotion: int, taken: int, paid: int, most: int) -> Micros:
        return Micros(min(_part(Micros(promotion), taken, paid, currency), most))

    lowered = Portions(
        discount(was.promotion.credit_micros, money.credit_micros, was.money.credit_micros, left.credit_micros),
        discount(was.promotion.service_micros, money.service_micros, was.money.service_micros, left.service_micros),
    )
    return Funding(money=money, promotion=lowered)


def _toward(goal: Portions, before: Portions, was: Portions, amount_micros: int) -> Portions:
    left = was.minus(before)
    credit = max(goal.credit_micros - before.credit_micros, amount_micros - left.service_micros, 0)
    credit = min(credit, left.credit_micros, amount_micros)
    return Portions(Micros(credit), Micros(amount_micros - credit))


def months_of(start: date, end: date) -> list[tuple[date, date]]:
    """Split a half-open date range at calendar month boundaries (UTC)."""
    cuts = [start]
    while (following := add_months(cuts[-1].replace(day=1), 1)) < end:
        cuts.append(following)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def earned_by_month(service_micros: int, start: date, end: date) -> list[tuple[date, date, Micros]]:
    """Spread a service portion over its period by days: one part per calendar month. The parts add up exactly."""
    months = months_of(start, end)
    parts = split(service_micros, [(last - first).days for first, last in months])
    return [(first, last, Micros(part)) for (first, last), part in zip(months, parts, strict=True) if part]


def _like(whole: Portions, amount_micros: int, currency: str) -> Portions:
    credit = _part(whole.credit_micros, amount_micros, whole.total_micros, currency)
    return Portions(credit, Micros(amount_micros - credit))


def _part(portion_micros: int, amount_micros: int, of_micros: int, currency: str) -> Micros:
    """Return the portion's share of an amount, rounded down to the currency's smallest unit."""
    unit = micros_per_minor_unit(currency)
    return Micros(portion_micros * amount_micros // of_micros // unit * unit if of_micros else 0)
