"""A wallet while it is locked: what every movement of it works with."""

from dataclasses import dataclass
from datetime import datetime

from apps.ledger.models import Book
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import Grant, Wallet


@dataclass(slots=True)
class LockedWallet:
    """A wallet whose book is locked until the transaction ends, its organization, and grants with credit left.

    `grants` has every grant with something left: unexpired, started or not, or expired with a part still held.
    """

    book: Book
    wallet: Wallet
    organization: Organization
    grants: dict[int, Grant]

    def spendable(self, now: datetime) -> list[Grant]:
        """Grants that have started and are not expired; their free parts may be burnt."""
        return [grant for grant in self.grants.values() if grant.counts(now)]

    def code(self, role: Role) -> str:
        """Code of one of the organization's accounts."""
        return code_of(self.organization.pk, role)
