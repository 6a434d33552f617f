"""The wallet itself, what its entries are called, and what moved on it by day."""

from django.db import models
from django.db.models import Index, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.kinds import CHARGED, Kind


class EntryType(models.TextChoices):
    """What an entry on the wallet account is, as the org billing ledger names it in `entryType`."""

    GRANT = Kind.GRANT.value, "Grant"
    USAGE = Kind.USAGE.value, "Usage"
    CHARACTER = Kind.CHARACTER.value, "Character"
    SERVICE = Kind.SERVICE.value, "Service"
    EXPIRY = Kind.EXPIRY.value, "Expiry"
    REFUND = Kind.REFUND.value, "Refund"
    DISPUTE = Kind.DISPUTE.value, "Dispute"
    ADJUSTMENT = Kind.ADJUSTMENT.value, "Adjustment"
    REVERSAL = Kind.REVERSAL.value, "Reversal"


class BookingKind(models.TextChoices):
    """What a transfer between two accounts of an organization is, neither of which is the wallet."""

    PAYMENT = "payment", "Payment"
    INSTALLMENT = "installment", "Money for an installment"
    DISCOUNT = "discount", "Discount"
    DEFERRAL = "deferral", "Service deferred"
    RECOGNITION = "recognition", "Revenue recognized"
    REFUND = "refund", "Refund"
    DISPUTE = "dispute", "Dispute"
    WRITE_OFF = "write_off", "Write-off"


CHARGES = tuple(EntryType(kind) for kind in CHARGED)


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
