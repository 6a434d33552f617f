"""Explains the figures and the chart of the home page by customer, the largest first."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Sum
from django.db.models.functions import Abs, Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Facts, Link, Table, feet, money
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.links import parts_of, why
from apps.backoffice.explain.page import SHOWN, Page
from apps.backoffice.explain.receivables import owed_table
from apps.backoffice.home import tile_figures as home
from apps.backoffice.home.currencies import ALL, REPORTING_CURRENCY, currencies, of_currency
from apps.common.money import convert
from apps.common.periods import add_months, midnight
from apps.common.reader import code_words
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import EARNED, Role, code_of
from apps.wallets.models import CHARGES, DayTotal, EntryType

Rows = Callable[[str, datetime], tuple[Sequence[Table], str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the home page: its title, its definition, and the tables that add up to it, by currency."""

    title: str
    note: str
    meaning: str
    tables: Rows


def figure_page(identity: str, now: datetime) -> Page:
    """Explain one figure of the home page, `<name>:<currency>`, by customer and row."""
    name, currency = parts_of(identity, 2)
    figure = FIGURES.get(name)
    if figure is None or currency not in (ALL, *currencies()):
        raise Http404
    if currency == ALL:
        return _page_of_all(name, figure, now)
    tile_figures = home.tile_figures(currency, now)
    tables, everything = figure.tables(currency, now)
    links = [Link("All of them", everything)] if everything else []
    total = money(getattr(tile_figures, f"{name}_micros"), currency)
    facts = Facts(title="The figure", rows=[(figure.title, total)], links=links, explanation=figure.meaning)
    blocks: list[Block] = [facts, *tables]
    return Page(title=f"{figure.title} in {currency}", organization=None, blocks=blocks)


def _page_of_all(name: str, figure: Figure, now: datetime) -> Page:
    """Explain a figure of all currencies by currency; each leads to its own explanation."""
    unit, of = REPORTING_CURRENCY, f"{name}_micros"
    total: int = getattr(home.tile_figures(ALL, now), of)
    parts = [(each, home.tile_figures(each, now), home.in_reporting_currency(each, now)) for each in currencies()]
    rows = [
        [Cell(each, why("figure", name, each)), money(getattr(own, of), each), money(getattr(converted, of), unit)]
        for each, own, converted in parts
    ]
    columns = ["Currency", "Amount", f"In {unit}"]
    amounts = [getattr(converted, of) for _, _, converted in parts]
    last = feet(columns, 2, amounts, total, unit, is_cut=sum(amounts) != total)
    table = Table(title="By currency, at today's rates", columns=columns, rows=rows, feet=last)
    facts = Facts(title="The figure", rows=[(figure.title, money(total, unit))], explanation=figure.meaning)
    return Page(title=f"{figure.title}, all in {unit}", organization=None, blocks=[facts, table])


def movements_page(identity: str) -> Page:
    """Explain one bar of the home page's chart, `<charged or granted>:<currency>:<day or month>`."""
    side, currency, when = parts_of(identity, 3)
    days = _days_of(when)
    if side not in ("charged", "granted") or currency not in (ALL, *currencies()):
        raise Http404
    unit = REPORTING_CURRENCY if currency == ALL else currency
    kinds = [EntryType.GRANT] if side == "granted" else list(CHARGES)
    totals = (
        DayTotal.objects.filter(of_currency(currency, "organization__currency"), day__range=days, kind__in=kinds)
        .order_by()
        .values_list("organization", "organization__usd_rate_micros")
        .annotate(total=Sum("amount_micros"))
    )
    sign = 1 if side == "granted" else -1
    of_owners = {owner: sign * (convert(sum_, rate) if currency == ALL else sum_) for owner, rate, sum_ in totals}
    rows = sorted(of_owners.items(), key=lambda row: -row[1])
    owners = Organization.objects.in_bulk([owner for owner, _ in rows[:SHOWN]])
    cells = [
        [
            Cell(owners[owner].name, tab_of(owners[owner])),
            money(amount, unit, _entries_of(owner, Role.WALLET, *days)),
        ]
        for owner, amount in rows[:SHOWN]
    ]
    columns, amounts = ["Customer", side.capitalize()], [amount for _, amount in rows]
    last = feet(columns, 1, amounts[:SHOWN], sum(amounts), unit, is_cut=len(rows) > SHOWN)
    title = f"{side.capitalize()} {'on' if days[0] == days[1] else 'in'} {when} in {unit}"
    table = Table(title=f"By customer, largest {SHOWN}", columns=columns, rows=cells, feet=last)
    return Page(title=title, organization=None, blocks=[table])


def _days_of(text: str) -> tuple[date, date]:
    """Return the first and the last day of a month, `2026-11`, or a day twice."""
    try:
        if len(text) == len("2026-11"):
            first = date.fromisoformat(f"{text}-01")
            return first, add_months(first, 1) - timedelta(days=1)
        return date.fromisoformat(text), date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _entries_of(owner: UUID, role: Role, first: date | None = None, last: date | None = None) -> str:
    days = {"recorded_at_from": str(first), "recorded_at_to": str(last)} if first else {}
    query = urlencode({"account": code_of(owner, role), **days})
    return f"{reverse('admin:ledger_entry_changelist')}?{query}"


def _of_accounts(role: Role) -> Rows:
    """Return the tables of a figure that sums one account of every customer, or all accounts of what we earned."""
    tab = "why" if role == Role.WALLET else "ledger"

    def tables(currency: str, _: datetime) -> tuple[Sequence[Table], str]:
        wanted = Account.objects.filter(home.wanted_accounts()[role], unit=currency)
        accounts = list(wanted.order_by(Abs("balance_micros").desc(), "pk")[:SHOWN])
        owners = Organization.objects.in_bulk([account.book_id for account in accounts])
        rows = [
            [
                Cell(owner.name, tab_of(owner, tab)) if owner else Cell(account.code),
                *([Cell(code_words(account.role))] if role in EARNED else []),
                money(account.balance_micros, currency, _entries_of(account.book_id, Role(account.role))),
            ]
            for account, owner in ((each, owners.get(each.book_id)) for each in accounts)
        ]
        query = urlencode({"role": role, "unit__exact": currency})
        everything = "" if role in EARNED else f"{reverse('admin:ledger_account_changelist')}?{query}"
        sums = wanted.aggregate(total=Coalesce(Sum("balance_micros"), 0), count=Count("pk"))
        shown = _TableAmounts([account.balance_micros for account in accounts], int(sums["total"]), int(sums["count"]))
        columns = ["Customer", *(["Account"] if role in EARNED else []), "Balance of the account"]
        return [_table(rows, columns, shown, currency)], everything

    return tables


@dataclass(frozen=True, slots=True)
class _TableAmounts:
    """The amounts of the rows shown, and the total and count of all rows, in micros."""

    amounts_micros: Sequence[int]
    total_micros: int
    count: int


def _table(rows: Sequence[Sequence[Cell]], columns: Sequence[str], shown: _TableAmounts, currency: str) -> Table:
    """Return a table whose last column adds up to the figure."""
    is_cut = shown.count > len(rows)
    last = feet(columns, len(columns) - 1, shown.amounts_micros, shown.total_micros, currency, is_cut=is_cut)
    return Table(
        title=f"Parts of the figure, largest {SHOWN}",
        columns=columns,
        rows=rows,
        empty="Nothing: the figure is zero.",
        feet=last,
    )


def _overdue(currency: str, now: datetime) -> tuple[Sequence[Table], str]:
    return [owed_table(currency, now, lambda due, today: due < today)], reverse("admin:invoices_document_aging")


def _recurring(currency: str, now: datetime) -> tuple[Sequence[Table], str]:
    amounts = home.monthly_recurring(currency, now.astimezone(UTC).date())
    largest = sorted(amounts.items(), key=lambda row: (-row[1], row[0]))[:SHOWN]
    owners = Organization.objects.in_bulk([owner for owner, _ in largest])
    rows = [
        [Cell(owners[owner].name, tab_of(owners[owner], "contracts")), money(amount, currency)]
        for owner, amount in largest
    ]
    shown = _TableAmounts([amount for _, amount in largest], sum(amounts.values()), len(amounts))
    moved = reverse("admin:contracts_contract_recurring_revenue")
    return [_table(rows, ["Customer", "Per month"], shown, currency)], f"{moved}?{urlencode({'currency': currency})}"


def _contract_value(currency: str, _: datetime) -> tuple[Sequence[Table], str]:
    grouped = (
        home.term_rows(currency)
        .order_by()
        .values("contract_id", name=F("contract__organization__name"))
        .annotate(total=Sum("amount_micros"))
        .order_by("-total", "contract_id")
    )
    totals = list(grouped[:SHOWN])
    rows = [
        [
            Cell(row["name"], reverse("admin:contracts_contract_change", args=[row["contract_id"]])),
            money(row["total"], currency, _installments_of(row["contract_id"])),
        ]
        for row in totals
    ]
    listed = f"{reverse('admin:contracts_contract_changelist')}?{urlencode({'organization__currency': currency})}"
    shown = _TableAmounts([row["total"] for row in totals], home.contract_value(currency), grouped.count())
    return [_table(rows, ["Contract of", "Installments of its term"], shown, currency)], listed


def _installments_of(contract_id: object) -> str:
    query = urlencode({"contract__id__exact": str(contract_id)})
    return f"{reverse('admin:contracts_installment_changelist')}?{query}"


def _earned_this_month(currency: str, now: datetime) -> tuple[Sequence[Table], str]:
    today = now.astimezone(UTC).date()
    first = today.replace(day=1)
    accounts = Account.objects.filter(role__in=EARNED, unit=currency)
    earned = accounts.annotate(earned=home.earned_since(midnight(first))).exclude(earned=0)
    largest = list(earned.order_by(Abs("earned").desc(), "pk").values_list("book_id", "role", "earned")[:SHOWN])
    owners = Organization.objects.in_bulk([owner for owner, *_ in largest])
    rows = [
        [
            Cell(owners[owner].name, tab_of(owners[owner], "ledger")),
            Cell(code_words(role)),
            money(amount, currency, _entries_of(owner, Role(role), first, today)),
        ]
        for owner, role, amount in largest
    ]
    sums = earned.aggregate(total=Coalesce(Sum("earned"), 0), count=Count("pk"))
    shown = _TableAmounts([amount for *_, amount in largest], int(sums["total"]), int(sums["count"]))
    return [_table(rows, ["Customer", "Account", "Booked this month"], shown, currency)], ""


def _credit_of(*, is_paid: bool) -> Rows:
    """Return the tables of a figure of credit that is left; that of paid credit has unapplied money beside it."""

    def tables(currency: str, _: datetime) -> tuple[Sequence[Table], str]:
        left = home.credit_left(currency).filter(is_paid=is_paid).values_list("organization")
        amounts: Counter[UUID] = Counter(dict(left.annotate(left=Sum("remaining_micros"))))
        if is_paid:
            unapplied = home.wanted_accounts()[Role.UNAPPLIED]
            for owner, amount in Account.objects.filter(unapplied, unit=currency).values_list(
                "book_id", "balance_micros"
            ):
                amounts[owner] += amount
        largest = sorted(amounts.items(), key=lambda row: (-row[1], row[0]))[:SHOWN]
        owners = Organization.objects.in_bulk([owner for owner, _ in largest])
        rows = [[Cell(owners[owner].name, tab_of(owners[owner])), money(amount, currency)] for owner, amount in largest]
        shown = _TableAmounts([amount for _, amount in largest], sum(amounts.values()), len(amounts))
        return [_table(rows, ["Customer", "Left"], shown, currency)], ""

    return tables


FIGURES: Mapping[str, Figure] = {
    "revenue_this_month": Figure(
        "Revenue this month",
        "booked so far",
        "What was earned since the first of the month, by the time of booking: revenue, paid credit that expired "
        "(breakage), and late fees.",
        _earned_this_month,
    ),
    "credit": Figure(
        "Credit held",
        "what customers may still spend",
        "All wallets with a balance above zero, including amounts on hold.",
        _of_accounts(Role.WALLET),
    ),
    "credit_liability": Figure(
        "Credit liability",
        "paid credit and unapplied money",
        "What is left of credit that was bought or came with a contract, and money that has paid no invoice yet.",
        _credit_of(is_paid=True),
    ),
    "given_credit": Figure(
        "Given credit",
        "left of what was not paid for",
        "What is left of credit that nobody paid for, such as from vouchers, bonuses and included quota.",
        _credit_of(is_paid=False),
    ),
    "outstanding": Figure(
        "Outstanding",
        "owed by postpaid customers",
        "What postpaid customers have used and not paid: their receivable accounts, which are negative.",
        _of_accounts(Role.RECEIVABLE),
    ),
    "overdue": Figure(
        "Overdue",
        "past the due date",
        "What is left to pay on overdue invoices, and on overdue installments that have no open invoice.",
        _overdue,
    ),
    "recognized": Figure(
        "Recognized revenue",
        "earned so far",
        "Usage charged and service earned day by day (revenue), paid credit that expired (breakage), and late fees.",
        _of_accounts(Role.REVENUE),
    ),
    "deferred": Figure(
        "Deferred revenue",
        "received, not yet earned",
        "Service portions of paid installments that are not earned yet.",
        _of_accounts(Role.DEFERRED),
    ),
    "monthly_recurring": Figure(
        "Monthly recurring",
        "contracts, per month",
        "Installments of running contracts whose period includes today, and service agreements, each divided by the "
        "months it pays for.",
        _recurring,
    ),
    "contract_value": Figure(
        "Contract value",
        "current terms, total",
        "Every installment of the running contracts' current terms, paid or not.",
        _contract_value,
    ),
}
