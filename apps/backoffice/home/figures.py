"""Headline figures per currency: held for customers, owed, earned and contracted. A few sums, cached for a minute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.backoffice.charts import Chart, bars_per_day
from apps.backoffice.explain.links import why
from apps.common.money import divide_half_even
from apps.contracts.models import OPEN_STATES, RUNNING, ContractVersion, Installment
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import CHARGES, DayTotal, EntryType

T = TypeVar("T")

KEPT_SECONDS = 60
DAYS = 30
# Months that one payment covers; a one-time payment is spread over its own term.
MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The figures of one currency, in micros."""

    currency: str
    credit_micros: int
    outstanding_micros: int
    overdue_micros: int
    recognized_micros: int
    deferred_micros: int
    monthly_recurring_micros: int
    contract_value_micros: int


def glance(currency: str, now: datetime) -> Glance:
    """Return one currency's figures, at most a minute old."""
    return _kept("glance", _glance, currency, now)


def currencies() -> list[str]:
    """Return the currencies of customers, most used first."""
    rows = (
        Organization.objects.order_by()
        .values_list("currency")
        .annotate(count=Sum(Value(1)))
        .order_by("-count", "currency")
    )
    return [currency for currency, _ in rows[:12]]


def _glance(currency: str, today: date) -> Glance:
    balances = _by_role(currency)
    return Glance(
        currency=currency,
        credit_micros=balances[Role.WALLET],
        outstanding_micros=-balances[Role.RECEIVABLE],
        overdue_micros=overdue(currency),
        recognized_micros=balances[Role.REVENUE],
        deferred_micros=balances[Role.DEFERRED],
        monthly_recurring_micros=monthly_recurring(currency, today),
        contract_value_micros=contract_value(currency),
    )


def wanted_accounts() -> dict[Role, Q]:
    """Return which accounts each figure sums: wallets only above zero, receivables only below."""
    return {
        Role.WALLET: Q(role=Role.WALLET, balance_micros__gt=0),
        Role.RECEIVABLE: Q(role=Role.RECEIVABLE, balance_micros__lt=0),
        Role.REVENUE: Q(role=Role.REVENUE) & ~Q(balance_micros=0),
        Role.DEFERRED: Q(role=Role.DEFERRED) & ~Q(balance_micros=0),
    }


def _by_role(currency: str) -> Mapping[Role, int]:
    """Sum the customers' accounts by role."""
    wanted = wanted_accounts()
    sums = {str(role): Coalesce(Sum("balance_micros", filter=which), 0) for role, which in wanted.items()}
    row = Account.objects.filter(unit=currency, role__in=[str(role) for role in wanted]).aggregate(**sums)
    return {role: int(row[str(role)]) for role in wanted}


LEFT_TO_PAY = F("amount_micros") - F("discount_micros") - F("paid_micros")


def overdue_rows(currency: str) -> QuerySet[Installment]:
    """Return the open installments past their due date."""
    return Installment.objects.filter(
        overdue_at__isnull=False, state__in=OPEN_STATES, contract__organization__currency=currency
    )


def alarmed_currencies() -> set[str]:
    """Return the currencies in which an installment is overdue."""
    rows = Installment.objects.filter(overdue_at__isnull=False, state__in=OPEN_STATES)
    return set(rows.values_list("contract__organization__currency", flat=True).distinct())


def overdue(currency: str) -> int:
    """Return what is left to pay of overdue installments, in micros."""
    return int(overdue_rows(currency).aggregate(total=Coalesce(Sum(LEFT_TO_PAY), 0))["total"])


def _running(currency: str) -> Q:
    return Q(contract__status__in=RUNNING, contract__organization__currency=currency) & ~Q(state__in=_GONE)


_GONE = (Installment.State.SUPERSEDED, Installment.State.VOID)


def recurring_rows(currency: str, today: date) -> "QuerySet[Installment, Any]":
    """Return the installments whose period includes today, each annotated with the `months` it covers."""
    frequency = ContractVersion.PaymentFrequency
    months = Case(
        *(When(version__payment_frequency=name, then=Value(count)) for name, count in MONTHS.items()),
        When(version__payment_frequency=frequency.ONE_TIME, then=F("version__term_months")),
        output_field=IntegerField(),
    )
    now_running = Installment.objects.filter(
        _running(currency), is_one_time=False, period_start__lte=today, period_end__gt=today
    )
    return now_running.annotate(months=months)


def monthly_recurring(currency: str, today: date) -> int:
    """Return the monthly amount of the installments whose period includes today, in micros."""
    every: Any = recurring_rows(currency, today)
    rows = every.order_by().values_list("months").annotate(total=Sum("amount_micros"))
    return sum(divide_half_even(int(total), count) for count, total in rows if count)


def term_rows(currency: str) -> QuerySet[Installment]:
    """Return the installments of the running contracts' current terms."""
    return Installment.objects.filter(_running(currency), version__term=F("contract__term"))


def contract_value(currency: str) -> int:
    """Return the total of the running contracts' current terms, in micros."""
    return int(term_rows(currency).aggregate(total=Coalesce(Sum("amount_micros"), 0))["total"])


def movement_chart(currency: str, now: datetime) -> Chart:
    """Draw what all customers of a currency were charged and granted per day; at most a minute old."""
    return _kept("movement", _movement_chart, currency, now)


def _kept(name: str, measure: Callable[[str, date], T], currency: str, now: datetime) -> T:
    """Return what `measure` returns for a currency and today, cached for `KEPT_SECONDS`."""
    key = f"backoffice.{name}.{currency}"
    kept: T | None = cache.get(key)
    if kept is None:
        kept = measure(currency, now.astimezone(UTC).date())
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _shown(days: Mapping[date, int]) -> dict[date, int]:
    """Return the amounts that can be drawn: a negative day, with more refunded than charged, has no bar."""
    return {day: amount for day, amount in days.items() if amount > 0}


def _movement_chart(currency: str, today: date) -> Chart:
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    rows = (
        DayTotal.objects.filter(day__gte=days[0], day__lte=today, organization__currency=currency)
        .filter(kind__in=[*CHARGES, EntryType.GRANT])
        .order_by()
        .values_list("day", "kind")
        .annotate(total=Sum("amount_micros"))
    )
    charged: dict[date, int] = {}
    granted: dict[date, int] = {}
    for day, kind, total in rows:
        side, amount = (granted, total) if kind == EntryType.GRANT else (charged, -total)
        side[day] = side.get(day, 0) + int(amount)
    name = f"Charged and granted per day, last {DAYS} days"
    return bars_per_day(
        name,
        days,
        {"Charged": _shown(charged), "Granted": _shown(granted)},
        unit=currency,
        stacked=False,
        lead=lambda day, side: why("movements", side.lower(), currency, day),
    )
