"""Open a wallet: the organization's book with its accounts, the wallet's row, and the counter of its resources."""

from datetime import date, datetime

from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of, roles_of
from apps.wallets.budget_rows import scope_digest
from apps.wallets.budgets.resources import THRESHOLDS, resources_id
from apps.wallets.models import Budget, Wallet


@serialized
def open_wallet(*, organization: Organization, now: datetime) -> Wallet:
    """Open an organization's book, its accounts in its currency, and its wallet; existing rows stay unchanged."""
    book_id, unit = organization.pk, organization.currency
    ledger.open_book(book_id=book_id, unit=unit, now=now)
    ledger.open_accounts(book_id=book_id, roles=roles_of(book_id), unit=unit, now=now)
    account = Account.objects.get(book=organization.pk, code=code_of(organization.pk, Role.WALLET))
    Wallet.objects.bulk_create(
        [Wallet(organization=organization, account=account, created_at=now, updated_at=now)], ignore_conflicts=True
    )
    Budget.objects.bulk_create([_resources_row(organization, now)], ignore_conflicts=True)
    return Wallet.objects.select_related("account").get(organization=organization)


def _resources_row(organization: Organization, now: datetime) -> Budget:
    """Return the row for the counters of persistent resources; their limit follows from the organization's terms."""
    return Budget(
        id=resources_id(organization.pk),
        organization=organization,
        kind=Budget.Kind.RESOURCES,
        scope=[],
        scope_digest=scope_digest(()),
        period=Budget.Period.MONTH,
        mode=Budget.Mode.SOFT,
        thresholds=list(THRESHOLDS),
        counts_from=date.min,
        set_by=Budget.SetBy.CUSTOMER,
        created_by="system:provisioning",
        created_at=now,
        updated_at=now,
    )
