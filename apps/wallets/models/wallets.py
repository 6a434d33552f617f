"""The wallet, the kinds of its entries, and its daily totals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.balance_alerts import MOST_THRESHOLDS, lowest_threshold
from apps.wallets.kinds import CHARGED, Kind


class EntryType(models.TextChoices):
    """The kind of an entry on the wallet account: `entryType` in the organization billing ledger of the API."""

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
    """The kind of a transfer between two accounts of an organization other than the wallet."""

    PAYMENT = "payment", "Payment"
    INSTALLMENT = "installment", "Money for an installment"
    DISCOUNT = "discount", "Discount"
    DEFERRAL = "deferral", "Service deferred"
    RECOGNITION = "recognition", "Revenue recognized"
    REFUND = "refund", "Refund"
    DISPUTE = "dispute", "Dispute"
    WRITE_OFF = "write_off", "Write-off"
    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
    FEE = "fee", "Fee of Stripe"
    PAYOUT = "payout", "Stripe payout"


CHARGES = tuple(EntryType(kind) for kind in CHARGED)


class OrganizationRow(models.Model):
    """A row that belongs to one customer, and is stored on the customer's node if customers are sharded."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Wallet(models.Model):
    """An organization's credit. Every change of it locks the organization's book in the ledger."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="wallet")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    alert_thresholds_micros = ArrayField(
        models.BigIntegerField(),
        default=lowest_threshold,
        help_text="Amounts at which the customer gets a notice of low credit, ascending; zero is always one of them.",
    )
    alert_mail = models.BooleanField(default=True, help_text="Whether these alerts are also sent by email.")
    alarm_bits = models.IntegerField(
        default=0, help_text="One bit for each threshold, the lowest first: set while credit is not above it."
    )
    alarm_version = models.BigIntegerField(default=0, help_text="Number of times that the bits changed.")
    alarms_mailed = models.JSONField(
        default=dict, help_text="When email was last sent for each threshold; at most once a day."
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "account"], name="wallets_wallet_once_per_account"),
            CheckConstraint(
                name="wallets_wallet_alarms_of_thresholds",
                condition=Q(alert_thresholds_micros__0=0, alert_thresholds_micros__len__lte=MOST_THRESHOLDS + 1)
                & Q(alarm_bits__gte=0, alarm_bits__lt=2 ** (MOST_THRESHOLDS + 1)),
            ),
        ]
        triggers = [*append_only(updates=True), FixedFields("organization", "account", "created_at")]

    def __str__(self) -> str:
        return f"Wallet of {self.organization_id}"


class DayTotal(OrganizationRow):
    """The sum and number of a wallet's entries per UTC day and kind, so that readers need not add up entries.

    The day is that of the entry's effective time, which may be earlier than the day of its posting. The reversal of a
    charge counts under the charge's kind on the day of the reversal, and as one entry less.
    """

    day = models.DateField()
    kind = models.CharField(max_length=24, choices=EntryType)
    amount_micros = models.BigIntegerField(help_text="Sum of the entries in micros; positive in, negative out.")
    entry_count = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "day", "kind"], name="wallets_daytotal_once_per_day_and_kind")
        ]
        indexes = [Index(fields=["day"], name="wallets_daytotal_by_day")]
        triggers = [*append_only(updates=True), FixedFields("organization", "day", "kind")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.kind}"
