"""Headline figures per currency: held for customers, owed, earned and contracted. A few sums, cached for a minute."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Coalesce

from apps.backoffice.home.currencies import ALL, REPORTING_CURRENCY, kept_a_minute, of_currency
from apps.backoffice.home.receivables import overdue
from apps.common.money import convert
from apps.common.periods import add_months, midnight
from apps.contracts.models import RUNNING, Installment
from apps.contracts.recurring_revenue import RecurringAmount, levels, movements
from apps.contracts.selectors import recurring_stretches
from apps.ledger.models import Account, Entry
from apps.tenants.models import Organization
from apps.wallets.accounts import EARNED, Role
from apps.wallets.models import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFigures:
    """The figures of one currency, in micros."""

    currency: str
    credit_micros: int
    credit_liability_micros: int
    given_credit_micros: int
    outstanding_micros: int
    overdue_micros: int
    recognized_micros: int
    revenue_this_month_micros: int
    revenue_last_month_micros: int  # through the same day and hour
    deferred_micros: int
    monthly_recurring_micros: int
    recurring_moves: Mapping[str, int]  # since the month began, only kinds that occurred
    contract_value_micros: int


def tile_figures(currency: str, now: datetime) -> TileFigures:
    """Return one currency's figures, or those of `ALL` in the reporting currency, at most a minute old."""
    return kept_a_minute(
        "tile_figures",
        lambda name, at: in_reporting_currency(name, at) if name == ALL else _tile_figures(name, at),
        currency,
        now,
    )


def in_reporting_currency(currency: str, now: datetime) -> TileFigures:
    """Return the figures of a currency, or of `ALL`, converted at today's rates."""
    return _tile_figures(currency, now, is_converted=True)


def _tile_figures(currency: str, now: datetime, *, is_converted: bool = False) -> TileFigures:
    """Add up a currency's figures from sums by currency and exchange rate; each sum is converted as a whole."""
    accounts, credit = _by_role(currency, now), _credit_left(currency)

    def total(sums: Iterable[tuple[int, int]]) -> int:
        return sum(convert(amount, rate) if is_converted else amount for rate, amount in sums)

    def of_role(name: str) -> int:
        return total((row["rate"], row[name]) for row in accounts)

    def of_credit(name: str) -> int:
        return total((row["rate"], row[name]) for row in credit)

    today = now.astimezone(UTC).date()
    stretches = _stretches(currency)
    recurring, moves = levels(stretches, today), _moves_of_month(stretches, today)
    rates: dict[UUID, int] = {}
    if is_converted:
        owners = {*recurring, *(owner for changes in moves.values() for owner in changes)}
        rates = dict(Organization.objects.filter(pk__in=owners).values_list("pk", "usd_rate_micros"))

    def of_owners(amounts: Mapping[UUID, int]) -> int:
        return total((rates.get(owner, 0), amount) for owner, amount in amounts.items())

    return TileFigures(
        currency=REPORTING_CURRENCY if is_converted else currency,
        credit_micros=of_role(Role.WALLET),
        credit_liability_micros=of_credit("paid") + of_role(Role.UNAPPLIED),
        given_credit_micros=of_credit("given"),
        outstanding_micros=-of_role(Role.RECEIVABLE),
        overdue_micros=total((row.rate_micros, row.left_micros) for row in overdue(currency, now)),
        recognized_micros=of_role(Role.REVENUE),
        revenue_this_month_micros=of_role("this_month"),
        revenue_last_month_micros=of_role("last_month"),
        deferred_micros=of_role(Role.DEFERRED),
        monthly_recurring_micros=of_owners(recurring),
        recurring_moves={move: of_owners(changes) for move, changes in moves.items() if changes},
        contract_value_micros=total(_by_rate(term_rows(currency), F("amount_micros"))),
    )


def _by_rate(rows: QuerySet[Installment], amount: Combinable) -> list[tuple[int, int]]:
    """Return an exchange rate and the sum of an amount for each currency and rate of the customers."""
    of = "contract__organization__"
    sums = rows.order_by().values_list(f"{of}currency", f"{of}usd_rate_micros").annotate(total=Sum(amount))
    return [(rate, total) for _, rate, total in sums]


def wanted_accounts() -> dict[Role, Q]:
    """Return which accounts each figure sums: wallets only above zero, receivables only below."""
    return {
        Role.WALLET: Q(role=Role.WALLET, balance_micros__gt=0),
        Role.RECEIVABLE: Q(role=Role.RECEIVABLE, balance_micros__lt=0),
        Role.REVENUE: Q(role__in=EARNED) & ~Q(balance_micros=0),
        Role.UNAPPLIED: Q(role=Role.UNAPPLIED) & ~Q(balance_micros=0),
        Role.DEFERRED: Q(role=Role.DEFERRED) & ~Q(balance_micros=0),
    }


def _by_role(currency: str, now: datetime) -> Sequence[Mapping[str, int]]:
    """Sum the customers' accounts by role, and what they earned in two months, for each currency and exchange rate."""
    wanted = wanted_accounts()
    sums = {str(role): Coalesce(Sum("balance_micros", filter=which), 0) for role, which in wanted.items()}
    month = midnight(now.astimezone(UTC).date().replace(day=1))
    month_before = midnight(add_months(month.date(), -1))
    same_day = min(month_before + (now - month), month)
    customer = Organization.objects.filter(pk=OuterRef("book_id"))
    rows: Any = Account.objects.filter(role__in={*wanted, *EARNED}).annotate(
        own=Subquery(customer.values("currency")),
        rate=Subquery(customer.values("usd_rate_micros")),
        earned=earned_since(month),
        earned_before=_balance_before(same_day) - _balance_before(month_before),
    )
    is_revenue = Q(role__in=EARNED)
    found = rows.filter(unit=F("own") if currency == ALL else currency, rate__isnull=False)
    return list(
        found.order_by()
        .values("unit", "rate")
        .annotate(
            **sums,
            this_month=Coalesce(Sum("earned", filter=is_revenue), 0),
            last_month=Coalesce(Sum("earned_before", filter=is_revenue), 0),
        )
    )


def credit_left(currency: str) -> QuerySet[Grant]:
    """Return the grants of a currency's customers, or of all, with something left to spend."""
    return Grant.objects.filter(of_currency(currency, "organization__currency"), is_open=True).order_by()


def _credit_left(currency: str) -> Sequence[Mapping[str, int]]:
    """Sum what is left of credit that was paid for and of credit that was given, by currency and exchange rate."""
    left = {name: Coalesce(Sum("remaining_micros", filter=Q(is_paid=name == "paid")), 0) for name in ("paid", "given")}
    of = {"unit": F("organization__currency"), "rate": F("organization__usd_rate_micros")}
    rows: Any = credit_left(currency).values(**of).annotate(**left)
    return list(rows)


def earned_since(month: datetime) -> CombinedExpression:
    """Query what an account of what we earned has earned since a moment."""
    return F("balance_micros") - _balance_before(month)


def _balance_before(moment: datetime) -> Case:
    """Query the balance of an account of what we earned before a moment: that of its last entry recorded by then."""
    entries = Entry.objects.filter(account=OuterRef("pk"), recorded_at__lt=moment)
    last = entries.order_by("-recorded_at", "-account_version").values("balance_after_micros")[:1]
    return Case(When(role__in=EARNED, then=Coalesce(Subquery(last), 0)), default=0)


def _running(currency: str) -> Q:
    return (
        Q(contract__status__in=RUNNING)
        & of_currency(currency, "contract__organization__currency")
        & ~Q(state__in=_GONE)
    )


_GONE = (Installment.State.SUPERSEDED, Installment.State.VOID)


def monthly_recurring(currency: str, today: date) -> dict[UUID, int]:
    """Return each customer's monthly recurring revenue from contracts and service agreements, in micros."""
    return levels(_stretches(currency), today)


def _stretches(currency: str) -> list[RecurringAmount]:
    return recurring_stretches(Organization.objects.filter(of_currency(currency, "currency")))


def _moves_of_month(stretches: Sequence[RecurringAmount], today: date) -> dict[str, dict[UUID, int]]:
    """Return how recurring revenue moved since the month began, by customer."""
    (month,) = movements(stretches, [today.replace(day=1) - timedelta(days=1), today])
    return month.moves


def term_rows(currency: str) -> QuerySet[Installment]:
    """Return the installments of the running contracts' current terms."""
    return Installment.objects.filter(_running(currency), version__term=F("contract__term"))


def contract_value(currency: str) -> int:
    """Return the total of the running contracts' current terms, in micros."""
    return int(term_rows(currency).aggregate(total=Coalesce(Sum("amount_micros"), 0))["total"])
