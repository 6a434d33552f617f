"""How money on an installment divides into credit and service, and service into months. Pure; amounts are micros."""

from dataclasses import dataclass
from datetime import date

from apps.common.money import Micros, from_minor_units, micros_per_minor_unit, split
from apps.common.periods import add_months


@dataclass(frozen=True, slots=True)
class Portions:
    """An amount as credit and service."""

    credit_micros: Micros
    service_micros: Micros

    @property
    def total_micros(self) -> Micros:
        return Micros(self.credit_micros + self.service_micros)

    def minus(self, other: "Portions") -> "Portions":
        """What is left without the other's portions."""
        return Portions(
            Micros(self.credit_micros - other.credit_micros), Micros(self.service_micros - other.service_micros)
        )


@dataclass(frozen=True, slots=True)
class Brought:
    """What a settled installment brought: from money received, and from promotions where it was discounted."""

    money: Portions
    promotion: Portions


def divide(amount_micros: int, whole: Portions, currency: str) -> Portions:
    """Divide an amount like the whole, in the currency's smallest unit; the largest remainder first, ties to credit."""
    unit = micros_per_minor_unit(currency)
    credit, service = split(amount_micros // unit, [whole.credit_micros, whole.service_micros])
    return Portions(from_minor_units(credit, currency), from_minor_units(service, currency))


def brought(*, paid_micros: int, whole: Portions, currency: str) -> Brought:
    """Say what of an installment's portions money brought, and what the discount did."""
    money = divide(paid_micros, whole, currency)
    return Brought(money=money, promotion=whole.minus(money))


def given_back(refunded_micros: int, was: Brought, currency: str) -> Brought:
    """Say what goes back in all once `refunded_micros` of the money have; all of it together is all that was brought.

    Rises with every refund.
    """
    paid = was.money.total_micros
    promotion = _part(was.promotion.total_micros, refunded_micros, paid, currency)
    return Brought(
        money=_like(was.money, refunded_micros, currency), promotion=_like(was.promotion, promotion, currency)
    )


def taken_next(amount_micros: int, *, before: Brought, was: Brought, currency: str) -> Brought:
    """Say what a refund of `amount_micros` takes after those that stand took `before`, as near to `given_back` as can.

    One that was undone leaves the others with parts that no order of them alone would have given; what is left of each
    portion bounds the next, so that all refunds together take exactly what was brought.
    """
    goal = given_back(before.money.total_micros + amount_micros, was, currency)
    left = was.promotion.minus(before.promotion).total_micros
    promotion = min(max(0, goal.promotion.total_micros - before.promotion.total_micros), left)
    return Brought(
        money=_towards(goal.money, before.money, was.money, amount_micros),
        promotion=_towards(goal.promotion, before.promotion, was.promotion, promotion),
    )


def _towards(goal: Portions, before: Portions, was: Portions, amount_micros: int) -> Portions:
    left = was.minus(before)
    credit = max(goal.credit_micros - before.credit_micros, amount_micros - left.service_micros, 0)
    credit = min(credit, left.credit_micros, amount_micros)
    return Portions(Micros(credit), Micros(amount_micros - credit))


def months_of(start: date, end: date) -> list[tuple[date, date]]:
    """Cut a half-open range of days at the UTC calendar months."""
    cuts = [start]
    while (following := add_months(cuts[-1].replace(day=1), 1)) < end:
        cuts.append(following)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def earned_by_month(service_micros: int, start: date, end: date) -> list[tuple[date, date, Micros]]:
    """Spread a service portion over its period by days, a part per calendar month; the parts add up exactly."""
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
