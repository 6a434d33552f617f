"""Where an organization meets its ledger account: grants, what each paid for, and what no grant covered."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.ledger.keys import KEY_LENGTH
from apps.ledger.models import DESCRIPTION_LENGTH, Account, Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import Slice


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


class Wallet(models.Model):
    """An organization's credit. Whoever moves it locks this row first."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="wallet")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Wallet of {self.organization_id}"


class Grant(models.Model):
    """A slice of credit with a source, a place in the burn order, and perhaps an end."""

    class Source(models.TextChoices):
        SIGNUP = "signup", "Signup credit"
        INCLUDED_QUOTA = "included_quota", "Included quota"
        VOUCHER = "voucher", "Voucher"
        CONTRACT = "contract", "Contract"
        TOP_UP = "top_up", "Top-up"
        BONUS = "bonus", "Bonus"
        ADJUSTMENT = "adjustment", "Adjustment"

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="grants", db_index=False)
    source = models.CharField(max_length=14, choices=Source)
    priority = models.SmallIntegerField(help_text="Lower numbers are burnt first.")
    is_paid = models.BooleanField(help_text="Whether money was paid for it; promotional credit is burnt before paid.")
    amount_micros = models.BigIntegerField(help_text="What was granted, in micros.")
    remaining_micros = models.BigIntegerField(help_text="What is left of it, in micros.")
    held_micros = models.BigIntegerField(default=0, help_text="How much of what is left pending reservations hold.")
    paid_micros = models.BigIntegerField(default=0, help_text="What was paid for it, in micros.")
    returned_micros = models.BigIntegerField(
        default=0, help_text="What refunds and lost disputes took back of what it brought, in micros."
    )
    lapsed_micros = models.BigIntegerField(default=0, help_text="What of it expired unspent, in micros.")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="First moment it no longer counts; empty: never."
    )
    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_grant_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(name="wallets_grant_held_not_negative", condition=Q(held_micros__gte=0)),
            CheckConstraint(
                name="wallets_grant_held_within_remaining", condition=Q(held_micros__lte=F("remaining_micros"))
            ),
            CheckConstraint(
                name="wallets_grant_remaining_within_amount", condition=Q(remaining_micros__lte=F("amount_micros"))
            ),
            CheckConstraint(name="wallets_grant_paid_not_negative", condition=Q(paid_micros__gte=0)),
            CheckConstraint(name="wallets_grant_returned_not_negative", condition=Q(returned_micros__gte=0)),
            CheckConstraint(name="wallets_grant_lapsed_not_negative", condition=Q(lapsed_micros__gte=0)),
        ]
        indexes = [
            Index(fields=["wallet"], name="wallets_grant_unspent", condition=Q(remaining_micros__gt=0)),
            Index(fields=["wallet", "granted_at"], name="wallets_grant_newest"),
            Index(fields=["wallet", "source"], name="wallets_grant_by_source"),
            Index(fields=["source"], name="wallets_grant_of_source"),
            Index(fields=["expires_at"], name="wallets_grant_due", condition=Q(remaining_micros__gt=0)),
        ]

    def __str__(self) -> str:
        return self.key

    def is_expired(self, now: datetime) -> bool:
        """Whether its first expired moment has come, swept or not."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def free_micros(self) -> int:
        """What is left and not held."""
        return self.remaining_micros - self.held_micros

    def as_slice(self) -> Slice:
        """Its free part, for the burn order."""
        return Slice(self.pk, self.free_micros, self.priority, self.expires_at, self.is_paid, self.granted_at)


class Consumption(models.Model):
    """How much of a grant went into a transfer; negative where it came back. Remaining = amount - sum of these."""

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="consumptions", db_index=False)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="consumptions")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="wallets_consumption_not_zero", condition=~Q(amount_micros=0))]
        indexes = [Index(fields=["wallet", "id"], name="wallets_consumption_newest")]

    def __str__(self) -> str:
        return f"{self.grant_id} in {self.transfer_id}"


class Shortfall(models.Model):
    """What no grant covered of a transfer: overspend by work already done, or debt after a refund or a dispute.

    Later grants pay it, oldest first. The wallet's balance is the grants' remaining minus the shortfalls' remaining.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="shortfalls", db_index=False)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    remaining_micros = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_shortfall_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(
                name="wallets_shortfall_remaining_within_amount",
                condition=Q(remaining_micros__gte=0, remaining_micros__lte=F("amount_micros")),
            ),
        ]
        indexes = [Index(fields=["wallet"], name="wallets_shortfall_open", condition=Q(remaining_micros__gt=0))]

    def __str__(self) -> str:
        return f"Shortfall of {self.transfer_id}"


class ChargeNet(models.Model):
    """What a charge took from the wallet, and how much of that was given back or reversed since: never more.

    What is left of it comes back in one order: what no grant covered, then its grants, the one burnt last first.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="charge_nets", db_index=False)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    undone_micros = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            CheckConstraint(
                name="wallets_chargenet_undone_within_amount",
                condition=Q(undone_micros__gte=0, undone_micros__lte=F("amount_micros")),
            )
        ]
        indexes = [
            Index(
                fields=["wallet", "id"],
                name="wallets_chargenet_open",
                condition=Q(undone_micros__lt=F("amount_micros")),
            )
        ]

    def __str__(self) -> str:
        return f"Net of {self.transfer_id}"

    @property
    def left_micros(self) -> int:
        """What may still come back of the charge."""
        return self.amount_micros - self.undone_micros


class Undoing(models.Model):
    """How much of a charge a later transfer, a giving back or a reversal, undid."""

    charge = models.ForeignKey(ChargeNet, on_delete=models.PROTECT, related_name="undoings")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(name="wallets_undoing_amount_positive", condition=Q(amount_micros__gt=0)),
            UniqueConstraint(fields=["charge", "transfer"], name="wallets_undoing_once_per_transfer"),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id} by {self.transfer_id}"


class HoldSlice(models.Model):
    """Which grant backs a hold, and with how much. What no slice backs is held against postpaid headroom."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="slices", db_index=False)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    is_freeze = models.BooleanField(default=False, help_text="Whether it is set aside because its payment is disputed.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["hold", "grant"], name="wallets_holdslice_once_per_grant"),
            CheckConstraint(name="wallets_holdslice_positive", condition=Q(amount_micros__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} on {self.grant_id}"


class DayTotal(models.Model):
    """What moved on a wallet on a UTC day, by kind: the ledger's own rollup, so that no reader adds up entries.

    The day is the one on which the movement counts, which may be before the one on which it was posted.
    The reversal of a charge counts as the charge's kind on the day of the reversal, and as one entry less.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="day_totals", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=24, choices=EntryType)
    amount_micros = models.BigIntegerField(help_text="Sum of the entries, positive in, negative out.")
    entry_count = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["wallet", "day", "kind"], name="wallets_daytotal_once_per_day_and_kind")
        ]
        indexes = [Index(fields=["day"], name="wallets_daytotal_by_day")]

    def __str__(self) -> str:
        return f"{self.wallet_id} {self.day} {self.kind}"
