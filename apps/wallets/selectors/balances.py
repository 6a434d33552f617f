"""Balances of accounts, now and at an earlier time, and one query for every wallet."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.queries import Query, fetch_together
from apps.ledger.models import Account, Entry
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import Wallet


def balance_as_of(organization: Organization, at: datetime, role: Role = Role.WALLET) -> int:
    """Return an account's posted balance at a moment, in micros, by the effective time of its entries."""
    entries = Entry.objects.filter(account=OuterRef("pk"), effective_at__gt=at).order_by().values("account")
    later = Coalesce(Subquery(entries.annotate(total=Sum("amount_micros")).values("total")), 0)
    account = Account.objects.filter(book=organization.pk, code=code_of(organization.pk, role))
    # One statement, so that an entry posted meanwhile is counted in both sums or in neither.
    return int(account.values_list(F("balance_micros") - later, flat=True).get())


def balance_of(organization_id: UUID, role: Role) -> int:
    """Return an account's posted balance in the organization's currency, in micros; 0 without a book."""
    rows = Account.objects.filter(book=organization_id, code=code_of(organization_id, role))
    return rows.values_list("balance_micros", flat=True).first() or 0


def balances_by_unit(organization_id: UUID, role: Role) -> dict[str, int]:
    """Return the posted balances of an organization's accounts of a role, also foreign ones, in micros by currency."""
    rows = Account.objects.filter(book=organization_id, role=role).exclude(balance_micros=0).order_by("unit")
    return dict(rows.values_list("unit", "balance_micros"))


def balances_before(owners: QuerySet[Organization], role: Role, end: datetime) -> Iterator[tuple[UUID, str, int]]:
    """Yield the accounts of a role in each owner's book: the owner, the unit, and the balance before `end`, in micros.

    The balance is that of entries effective before `end`. Accounts in foreign currencies are included; accounts without
    entries are not.
    """
    accounts = Account.objects.filter(role=role, book__in=owners.values("pk"), version__gt=0)
    entries = Entry.objects.filter(account__in=accounts, effective_at__lt=end).order_by()
    yield from entries.values_list("account__book", "account__unit").annotate(total=Sum("amount_micros"))


def account_balances(organization: Organization) -> dict[Role, int]:
    """Return the posted balance of every account of an organization, in micros."""
    return role_balances(organization.pk, organization.currency)


def role_balances(book_id: UUID, unit: str) -> dict[Role, int]:
    """Return the posted balance of every account of a book in a unit, in micros: a customer's book, or one of ours."""
    rows = Account.objects.filter(book_id=book_id, unit=unit)
    return {Role(role): balance for role, balance in rows.values_list("role", "balance_micros")}


def foreign_balances(organization: Organization) -> dict[tuple[Role, str], int]:
    """Return the posted balances of an organization's accounts in foreign currencies, by role and currency."""
    rows = Account.objects.filter(book_id=organization.pk).exclude(unit=organization.currency).order_by("code")
    return {(Role(role), unit): balance for role, unit, balance in rows.values_list("role", "unit", "balance_micros")}


T = TypeVar("T")
BATCH = 100


def of_each_wallet(
    ask: Callable[[Organization], Query[T]], *, organization: Organization | None = None
) -> Iterator[tuple[Organization, T]]:
    """Yield each organization with a wallet, or the given one, with its result of the query; oldest wallet first."""
    wallets = Wallet.objects.select_related("organization").order_by("pk")
    if organization is not None:
        wallets = wallets.filter(organization=organization)
    last = 0
    while some := list(wallets.filter(pk__gt=last)[:BATCH]):
        answers = fetch_together(*[ask(wallet.organization) for wallet in some])
        yield from zip([wallet.organization for wallet in some], answers, strict=True)
        last = some[-1].pk
