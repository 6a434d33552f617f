"""The wallet itself, what its entries are called, and what moved on it by day."""

from django.db import models
from django.db.models import Index, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role


class EntryType(models.TextChoices):
    """What an entry on the wallet account is, as the org billing ledger names it in `entryType`."""

    GRANT = "grant", "Grant"
    USAGE = "usage", "Usage"
    CHARACTER = "character", "Character"
    SERVICE = "service", "Service"
    EXPIRY = "expiry", "Expiry"
    REFUND = "refund", "Refund"
    DISPUTE = "dispute", "Dispute"
    ADJUSTMENT = "adjustment", "Adjustment"
    REVERSAL = "reversal", "Reversal"


CHARGES = (EntryType.USAGE, EntryType.CHARACTER, EntryType.SERVICE)

# What staff may reverse, as (kind, source, destination): what the wallet itself posted and nobody else reckons with.
# What a contract or a payment posted is undone by the service that posted it, and paid credit is refunded.
REVERSIBLE_BY_STAFF = frozenset(
    [
        *((str(kind), Role.WALLET, Role.REVENUE) for kind in CHARGES),
        (str(EntryType.GRANT), Role.PROMOTIONS, Role.WALLET),
        (str(EntryType.ADJUSTMENT), Role.WALLET, Role.PROMOTIONS),
        ("payment", Role.MANUAL_RECEIPTS, Role.RECEIVABLE),
        ("write_off", Role.WRITE_OFFS, Role.RECEIVABLE),
    ]
)


class OfOrganization(models.Model):
    """A row of one customer, and of the same node where customers are spread over several."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Wallet(models.Model):
    """An organization's credit: who moves it locks the organization's book in the ledger."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="wallet")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "account"], name="wallets_wallet_once_per_account")]
        triggers = [*append_only(updates=True), FixedFields("organization", "account", "created_at")]

    def __str__(self) -> str:
        return f"Wallet of {self.organization_id}"


class DayTotal(OfOrganization):
    """What moved on a wallet on a UTC day, by kind: the ledger's own rollup, so that no reader adds up entries.

    The day is the one on which the movement counts, which may be before the one on which it was posted.
    The reversal of a charge counts as the charge's kind on the day of the reversal, and as one entry less.
    """

    day = models.DateField()
    kind = models.CharField(max_length=24, choices=EntryType)
    amount_micros = models.BigIntegerField(help_text="Sum of the entries, positive in, negative out.")
    entry_count = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "day", "kind"], name="wallets_daytotal_once_per_day_and_kind")
        ]
        indexes = [Index(fields=["day"], name="wallets_daytotal_by_day")]
        triggers = [*append_only(updates=True), FixedFields("organization", "day", "kind")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.kind}"
