"""Open a wallet: the organization's book with its accounts, and the wallet's row."""

from datetime import datetime

from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of, roles_of
from apps.wallets.models import Wallet


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
    return Wallet.objects.select_related("account").get(organization=organization)
