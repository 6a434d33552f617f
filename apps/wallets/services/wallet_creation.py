"""Open a wallet: the organization's book with its accounts, the wallet's row, and the counter of its resources."""

from datetime import date, datetime

import orjson

from apps.common.queries import prepared_rows
from apps.common.rows import read_row
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of, roles_of
from apps.wallets.budget_rows import scope_digest
from apps.wallets.budgets.resources import THRESHOLDS, resources_id
from apps.wallets.models import Budget, Wallet

ACCOUNT = "SELECT id FROM ledger_account WHERE book_id = %s AND code = %s"
WALLET = """
SELECT to_json(wallet)::text, to_json(account)::text
FROM wallets_wallet wallet JOIN ledger_account account ON account.id = wallet.account_id
WHERE wallet.organization_id = %s
"""


@serialized
def open_wallet(*, organization: Organization, now: datetime) -> Wallet:
    """Open an organization's book, its accounts in its currency, and its wallet; existing rows stay unchanged."""
    book_id, unit = organization.pk, organization.currency
    ledger.open_book(book_id=book_id, unit=unit, now=now)
    ledger.open_accounts(book_id=book_id, roles=roles_of(book_id), unit=unit, now=now)
    ((account_id,),) = prepared_rows(ACCOUNT, [book_id, code_of(book_id, Role.WALLET)])
    Wallet.objects.bulk_create(
        [Wallet(organization=organization, account_id=account_id, created_at=now, updated_at=now)],
        ignore_conflicts=True,
    )
    Budget.objects.bulk_create([_resources_row(organization, now)], ignore_conflicts=True)
    ((wallet, account),) = prepared_rows(WALLET, [organization.pk])
    opened = read_row(Wallet, orjson.loads(wallet))
    opened.account = read_row(Account, orjson.loads(account))
    return opened


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
