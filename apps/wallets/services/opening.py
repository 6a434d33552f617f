"""Opening a wallet: the organization's accounts and the row that guards them."""

from datetime import datetime

from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of, codes_of
from apps.wallets.models import Wallet


@serialized
def open_wallet(*, organization: Organization, now: datetime) -> Wallet:
    """Open the organization's accounts in its currency, and its wallet; one that exists is returned as it is."""
    ledger.open_accounts(codes=codes_of(organization.pk), unit=organization.currency, now=now)
    account = Account.objects.get(code=code_of(organization.pk, Role.WALLET))
    Wallet.objects.bulk_create(
        [Wallet(organization=organization, account=account, created_at=now, updated_at=now)], ignore_conflicts=True
    )
    return Wallet.objects.select_related("account").get(organization=organization)
