"""Automatic top-up: a customer's settings with their consent, and the attempts to charge the saved card."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.tenants.models import Organization
from apps.top_ups.terms import MEMBERS, TopUpTerms


class TopUp(models.Model):
    """Whether and how an organization's credit is topped up from its saved card. Off until its admin switches it on.

    Every change locks the organization's book and increments its version, so that no decision made on older settings
    can be written. The times and reasons here and the live attempt decide whether it is waiting, capped or stopped; see
    `state.TopUpState.status`.
    """

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+", primary_key=True)
    is_enabled = models.BooleanField("enabled", default=False)
    threshold_micros = models.BigIntegerField(
        default=0, help_text="Credit is bought when the available amount plus pending top-ups is at or below this."
    )
    amount_micros = models.BigIntegerField(null=True, blank=True, help_text="Credit to buy each time, in micros.")
    up_to_micros = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Instead of an amount: the level to which the available amount is raised, in micros.",
    )
    most_per_charge_micros = models.BigIntegerField(default=0)
    most_per_day_micros = models.BigIntegerField(default=0, help_text="Per UTC day.")
    most_per_month_micros = models.BigIntegerField(default=0, help_text="Per calendar month in UTC.")
    consented_by = models.CharField(max_length=200, blank=True, help_text="Person who agreed to be charged.")
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_text = models.TextField(blank=True, help_text="Text of the consent.")
    customer_id = models.CharField(max_length=255, blank=True, help_text="Stripe's id of the paying customer.")
    payment_method_id = models.CharField(
        max_length=255, blank=True, db_index=True, help_text="The card to charge; empty after it was removed."
    )
    card_fingerprint = models.CharField(
        max_length=100, blank=True, help_text="Stripe's fingerprint, the same however often the card is saved."
    )
    card_brand = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    card_exp_month = models.PositiveSmallIntegerField(null=True, blank=True)
    card_exp_year = models.PositiveSmallIntegerField(null=True, blank=True)
    retry_at = models.DateTimeField(
        null=True, blank=True, help_text="After a decline: earliest time of the next charge."
    )
    card_blocked_until = models.DateTimeField(
        null=True, blank=True, help_text="Set after the fourth decline of the card in 30 days."
    )
    capped_until = models.DateTimeField(null=True, blank=True, help_text="When the cap that was reached resets.")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_reason = models.CharField(max_length=60, blank=True)
    updated_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "automatic top-up"
        constraints = [
            CheckConstraint(
                name="top_ups_topup_amount_or_up_to",
                condition=Q(is_enabled=False)
                | Q(amount_micros__gt=0, up_to_micros=None)
                | Q(amount_micros=None, up_to_micros__gt=0),
            ),
            CheckConstraint(
                name="top_ups_topup_enabled_with_consent",
                condition=Q(is_enabled=False) | (Q(consented_at__isnull=False) & ~Q(consented_by="")),
            ),
            CheckConstraint(
                name="top_ups_topup_stopped_has_reason",
                condition=Q(stopped_at=None, stopped_reason="") | (Q(stopped_at__isnull=False) & ~Q(stopped_reason="")),
            ),
        ]
        triggers = [*append_only(updates=True), FixedFields("organization", "created_at")]

    def __str__(self) -> str:
        return f"Automatic top-up of {self.organization_id}"

    @property
    def terms(self) -> TopUpTerms:
        """When credit is bought, how much, and the most that is charged."""
        return TopUpTerms(**{name: getattr(self, name) for name in MEMBERS.values()})

    @property
    def card_ends_at(self) -> datetime | None:
        """The end of the month in which the card expires; None if no card is saved."""
        if self.card_exp_year is None or self.card_exp_month is None:
            return None
        year, month = divmod(self.card_exp_year * 12 + self.card_exp_month, 12)
        return datetime(year, month + 1, 1, tzinfo=UTC)

    @property
    def has_good_card(self) -> bool:
        """Whether a card is saved, and top-up is neither stopped nor waiting after a decline."""
        return bool(self.payment_method_id) and not self.stopped_reason and self.retry_at is None


class TaxedCredit(models.Model):
    """The tax added to bought credit, as of the payment request; its invoice shows it."""

    tax_micros = models.BigIntegerField(default=0, help_text="Tax that is charged on top of the credit, in micros.")
    tax_category = models.CharField(max_length=2, blank=True, help_text="Empty where no tax is shown.")
    tax_rate = models.PositiveIntegerField(default=0, help_text="In thousandths of a percent: 19000 is 19 %.")
    tax_reason = models.CharField(max_length=300, blank=True, help_text="Why there is no tax.")
    tax_vatex_code = models.CharField("VATEX code", max_length=30, blank=True)
    tax_rule = models.BigIntegerField(null=True, blank=True, help_text="The row of the tax table.")

    class Meta:
        abstract = True

    @property
    def taxed(self) -> dict[str, Any]:
        """These columns, for a row about the same payment."""
        names = ("tax_micros", "tax_category", "tax_rate", "tax_reason", "tax_vatex_code", "tax_rule")
        return {name: getattr(self, name) for name in names}


class TopUpAttempt(TaxedCredit):
    """One charge of the saved card. It is written with the movement that made it due; at most one is live at a time."""

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        SENT = "sent", "Sent to Stripe"
        ACTION_REQUIRED = "action_required", "Waiting for authentication"
        SUCCEEDED = "succeeded", "Paid"
        DECLINED = "declined", "Declined"
        CANCELED = "canceled", "Canceled"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_micros = models.BigIntegerField(help_text="Credit to buy, in micros.")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=15, choices=State, default=State.REQUESTED)
    is_for_refusal = models.BooleanField(
        default=False, help_text="Whether a refused reservation started it, instead of a low balance."
    )
    payment_method_id = models.CharField(max_length=255, blank=True)
    card_fingerprint = models.CharField(max_length=100, blank=True)
    payment_intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    reason = models.CharField(max_length=60, blank=True, help_text="Why it was not paid: the bank's code, or ours.")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    action_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when the customer can authenticate the payment."
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When its result was known.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="When the card may be charged again.")

    class Meta:
        verbose_name = "top-up attempt"
        constraints = [
            UniqueConstraint(
                fields=["organization"],
                condition=Q(state__in=["requested", "sent", "action_required"]),
                name="top_ups_topupattempt_one_live",
            ),
            CheckConstraint(
                name="top_ups_topupattempt_amount_positive",
                condition=Q(amount_micros__gt=0, tax_micros__gte=0),
            ),
            CheckConstraint(
                name="top_ups_topupattempt_ended_is_settled",
                condition=Q(state__in=["requested", "sent", "action_required"], settled_at=None)
                | (~Q(state__in=["requested", "sent", "action_required"]) & Q(settled_at__isnull=False)),
            ),
        ]
        indexes = [
            Index(fields=["organization", "created_at", "id"], name="top_ups_attempt_newest"),
            Index(
                fields=["created_at"],
                name="top_ups_attempt_live",
                condition=Q(state__in=["requested", "sent", "action_required"]),
            ),
            Index(
                fields=["organization", "card_fingerprint", "settled_at"],
                name="top_ups_attempt_declines",
                condition=Q(state="declined"),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("id", "organization", "amount_micros", "currency", "is_for_refusal", "created_at"),
            FixedFields(
                *("tax_micros", "tax_category", "tax_rate", "tax_reason", "tax_vatex_code", "tax_rule"),
                name="taxed",
                where="OLD.state <> 'requested'",
                message="the tax of a {table} never changes once it is sent",
            ),
            FixedFields("state", name="paid", where="OLD.state = 'succeeded'", message="a paid {table} stays paid"),
        ]

    def __str__(self) -> str:
        return f"Top-up {self.id}"

    @property
    def reference(self) -> str:
        """The reference that its payment has in its metadata at Stripe."""
        return f"top-up-attempt:{self.id}"


_S = TopUpAttempt.State
LIVE = (_S.REQUESTED, _S.SENT, _S.ACTION_REQUIRED)
