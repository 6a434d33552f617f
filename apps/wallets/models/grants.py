"""Grants, their consumption and returns, and the holds that they back."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.ledger.journal import DESCRIPTION_LENGTH
from apps.ledger.keys import KEY_LENGTH
from apps.ledger.models import Hold, Transfer
from apps.wallets import kinds
from apps.wallets.models.wallets import OrganizationRow
from apps.wallets.state import Lifetime


class Grant(Lifetime, OrganizationRow):
    """An amount of credit with a source, a place in the burn order, and optionally a start and an expiry."""

    class Source(models.TextChoices):
        SIGNUP = kinds.Source.SIGNUP.value, "Signup credit"
        INCLUDED_QUOTA = kinds.Source.INCLUDED_QUOTA.value, "Included quota"
        VOUCHER = kinds.Source.VOUCHER.value, "Voucher"
        CONTRACT = kinds.Source.CONTRACT.value, "Contract"
        TOP_UP = kinds.Source.TOP_UP.value, "Top-up"
        BONUS = kinds.Source.BONUS.value, "Bonus"
        ADJUSTMENT = kinds.Source.ADJUSTMENT.value, "Adjustment"

    source = models.CharField(max_length=14, choices=Source)
    priority = models.SmallIntegerField(help_text="Lower numbers are burned first.")
    is_paid = models.BooleanField(help_text="Whether it was paid for. Promotional credit is burned before paid.")
    amount_micros = models.BigIntegerField(help_text="Granted amount, in micros.")
    remaining_micros = models.BigIntegerField(help_text="Amount not yet spent, in micros.")
    # Indexes on the amount itself would each get a new entry whenever it changes.
    is_open = models.GeneratedField(
        expression=Q(remaining_micros__gt=0),  # type: ignore[arg-type]  # the stubs do not know conditions
        output_field=models.BooleanField(help_text="Whether some of it is not yet spent."),
        db_persist=True,
    )
    held_micros = models.BigIntegerField(
        default=0, help_text="Part of the remaining amount held by pending holds, in micros."
    )
    paid_micros = models.BigIntegerField(default=0, help_text="Price paid for it, in micros.")
    returned_micros = models.BigIntegerField(
        default=0, help_text="Amount returned by refunds and lost disputes, in micros."
    )
    lapsed_micros = models.BigIntegerField(default=0, help_text="Amount that expired unspent, in micros.")
    freezes = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="By key: the open dispute, what of it returns frozen, in micros, and the ids of its holds.",
    )
    granted_at = models.DateTimeField()
    starts_at = models.DateTimeField(
        null=True, blank=True, help_text="First moment at which it counts, if later than granted. Empty: at once."
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="First moment at which it no longer counts. Empty: no end."
    )
    burn_key = models.CharField(max_length=52, help_text="Sort key of the burn order; the lowest is burned first.")
    key = models.CharField(max_length=KEY_LENGTH)
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", db_index=False)

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
            UniqueConstraint(fields=["organization", "key"], name="wallets_grant_key_once_per_organization"),
            UniqueConstraint(fields=["organization", "transfer"], name="wallets_grant_once_per_transfer"),
        ]
        indexes = [
            Index(fields=["organization", "burn_key"], name="wallets_grant_open", condition=Q(is_open=True)),
            Index(fields=["key"], name="wallets_grant_by_key"),
            Index(fields=["organization", "granted_at"], name="wallets_grant_newest"),
            Index(fields=["organization", "source"], name="wallets_grant_by_source"),
            Index(fields=["source"], name="wallets_grant_of_source"),
            Index(fields=["expires_at"], name="wallets_grant_due", condition=Q(is_open=True)),
            Index(
                fields=["starts_at"],
                name="wallets_grant_starting",
                condition=Q(is_open=True, starts_at__isnull=False),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields(
                "organization",
                "source",
                "priority",
                "is_paid",
                "amount_micros",
                "paid_micros",
                "granted_at",
                "starts_at",
                "key",
                "transfer",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def number(self) -> int:
        """Number of the transfer that made it, which is the end of its burn key."""
        return int(self.burn_key[-16:], 16)

    @property
    def free_micros(self) -> int:
        """The remaining amount that is not held."""
        return self.remaining_micros - self.held_micros


class Consumption(OrganizationRow):
    """The amount that a transfer took of a grant; negative if credited back. Remaining = amount - sum of these."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="consumptions")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField(help_text="Number of the record that states it.")
    amount_micros = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="wallets_consumption_not_zero", condition=~Q(amount_micros=0))]
        indexes = [Index(fields=["organization", "id"], name="wallets_consumption_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.grant_id} in {self.transfer_id}"


class GrantReturn(OrganizationRow):
    """A refund or lost dispute that returned money received for a grant. Reversing the transfer undoes the return.

    It is a separate row, because that transfer consumes nothing of a spent grant.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="returns")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "transfer"], name="wallets_grantreturn_once_per_transfer")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.grant_id} by {self.transfer_id}"


class HoldSlice(OrganizationRow):
    """The amount with which a grant backs a hold. The part that no slice backs is held against the postpaid limit."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="slices", db_index=False)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField()
    is_freeze = models.BooleanField(default=False, help_text="Whether it is held because its payment is disputed.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "hold", "grant"], name="wallets_holdslice_once_per_grant"),
            CheckConstraint(name="wallets_holdslice_positive", condition=Q(amount_micros__gt=0)),
        ]
        indexes = [Index(fields=["organization", "hold"], name="wallets_holdslice_freeze", condition=Q(is_freeze=True))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.hold_id} on {self.grant_id}"
