"""Contracts and their versions.

A version has the terms; an amendment or renewal adds a version and keeps the old ones.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.common.triggers import FixedFields, append_only
from apps.contracts.agreed_prices import AgreedPrice, read_price_rows
from apps.contracts.terms import CustomLine, Frequency, ScheduledTerms
from apps.tenants.models import Organization
from apps.wallets.models import OrganizationRow


class Contract(models.Model):
    """An enterprise contract of an organization, from its draft to its end."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PENDING_PAYMENT = "pending_payment", "Waiting for the first payment"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Past due"
        EXPIRED = "expired", "Expired"
        CANCELED = "cancelled", "Canceled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=15, choices=Status, default=Status.DRAFT)
    start_date = models.DateField(help_text="First day of the current term.")
    end_date = models.DateField(help_text="First day after the current term.")
    term = models.PositiveSmallIntegerField(default=1, help_text="1 for the first term, 2 after the first renewal.")
    auto_renew = models.BooleanField(default=False, help_text="Whether the contract renews automatically.")
    bonus_credits_micros = models.BigIntegerField(
        default=0,
        help_text="Granted once, with the first payment, on top of the contract's total.",
    )
    bonus_granted_at = models.DateTimeField(null=True, blank=True, editable=False)
    bonus_taken_back = models.ForeignKey(
        "ledger.Transfer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="The transfer that took back the unspent bonus when no paid installment was left.",
    )
    notes = models.TextField(blank=True, help_text="Shown to the customer with the contract.")
    payment_link_url = models.CharField("payment link", max_length=2048, blank=True, editable=False)
    revision = models.PositiveIntegerField(
        default=1,
        editable=False,
        help_text="Incremented with every change; a page opened on an older revision cannot save.",
    )
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    activated_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    canceled_from = models.DateField(
        null=True, blank=True, editable=False, help_text="First day not covered, if it was canceled at a date."
    )
    end_reason = models.CharField(max_length=500, blank=True, editable=False)
    created_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization"],
                condition=Q(status__in=["active", "past_due"]),
                name="contracts_contract_one_active_per_organization",
            ),
            CheckConstraint(name="contracts_contract_ends_after_start", condition=Q(end_date__gt=F("start_date"))),
            CheckConstraint(name="contracts_contract_bonus_not_negative", condition=Q(bonus_credits_micros__gte=0)),
            CheckConstraint(
                name="contracts_contract_ended_has_moment",
                condition=Q(status__in=["expired", "cancelled"], ended_at__isnull=False)
                | (~Q(status__in=["expired", "cancelled"]) & Q(ended_at__isnull=True)),
            ),
            CheckConstraint(
                name="contracts_contract_active_has_moment",
                condition=~Q(status__in=["active", "past_due"]) | Q(activated_at__isnull=False),
            ),
        ]
        indexes = [
            Index(fields=["organization", "created_at"], name="contracts_contract_newest"),
            Index(
                fields=["end_date"],
                name="contracts_contract_ending",
                condition=Q(status__in=["pending_payment", "active"]),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("organization", "created_by", "created_at"),
            FixedFields(
                "bonus_credits_micros", "bonus_granted_at", name="bonus_given", where="OLD.bonus_granted_at IS NOT NULL"
            ),
        ]

    def __str__(self) -> str:
        return f"Contract {str(self.pk)[:8]}"

    @property
    def is_ended(self) -> bool:
        return self.status in (self.Status.EXPIRED, self.Status.CANCELED)


RUNNING = (Contract.Status.ACTIVE, Contract.Status.PAST_DUE)
CONTRACT_TRANSITIONS: dict[Contract.Status, set[Contract.Status]] = {
    Contract.Status.DRAFT: {Contract.Status.PENDING_PAYMENT, Contract.Status.CANCELED},
    Contract.Status.PENDING_PAYMENT: {Contract.Status.ACTIVE, Contract.Status.EXPIRED, Contract.Status.CANCELED},
    Contract.Status.ACTIVE: {Contract.Status.PAST_DUE, Contract.Status.EXPIRED, Contract.Status.CANCELED},
    Contract.Status.PAST_DUE: {Contract.Status.ACTIVE, Contract.Status.CANCELED},
    Contract.Status.EXPIRED: set(),
    Contract.Status.CANCELED: set(),
}


class ContractVersion(OrganizationRow):
    """The terms from a date on. Portions are totals of this version's installments, one-time amounts included."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "Original"
        AMENDMENT = "amendment", "Amendment"
        RENEWAL = "renewal", "Renewal"

    class PaymentFrequency(models.TextChoices):
        ONE_TIME = Frequency.ONE_TIME, "Once"
        MONTHLY = Frequency.MONTHLY, "Monthly"
        QUARTERLY = Frequency.QUARTERLY, "Quarterly"
        SEMIANNUAL = Frequency.SEMIANNUAL, "Every six months"
        ANNUAL = Frequency.ANNUAL, "Yearly"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    term = models.PositiveSmallIntegerField()
    effective_date = models.DateField(help_text="First day it applies; a one-time amount is due on this day.")
    anchor_date = models.DateField(help_text="The original start; due dates fall on its day of the month.")
    first_month = models.PositiveIntegerField(help_text="Months from the anchor to the first period.")
    term_months = models.PositiveSmallIntegerField(help_text="Length of the term, in months.")
    payment_frequency = models.CharField(max_length=10, choices=PaymentFrequency)
    credit_portion_micros = models.BigIntegerField(
        default=0, help_text="The part of the total that becomes credit, one-time credit included."
    )
    service_portion_micros = models.BigIntegerField(
        default=0, help_text="The part of the total that pays for services, one-time service included."
    )
    onetime_credit_micros = models.BigIntegerField(
        default=0, help_text="The part of the credit portion that is due once, at the start."
    )
    onetime_service_micros = models.BigIntegerField(
        default=0, help_text="The part of the service portion that is due once, at the start."
    )
    credit_period_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Spread the credit portion over this many of the first periods; empty for all."
    )
    service_period_limit = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Spread the service portion over this many of the first periods; empty for all.",
    )
    payment_terms_days = models.PositiveSmallIntegerField(
        default=0, help_text="Days from the start of a period until its installment is due."
    )
    custom_lines = models.JSONField(
        default=list,
        blank=True,
        help_text="A custom schedule: day, credit and service in micros, and text of each line.",
    )
    discount_percent_micros = models.BigIntegerField(
        default=0, help_text="Discount in percent of the discounted installments, in millionths of a percent."
    )
    discount_micros = models.BigIntegerField(
        default=0, help_text="Discount as an amount, spread over the discounted installments."
    )
    discount_periods = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Discount this many of the first installments; empty for all."
    )
    discount_until = models.DateField(
        null=True, blank=True, help_text="Discount installments whose period starts before this day; empty for all."
    )
    prices = models.JSONField(
        default=list,
        blank=True,
        help_text="The customer's own prices: meter, model, scheme, and the price, or those of input and output.",
    )
    reason = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "contract", "number"], name="contracts_contractversion_number_once"
            ),
            CheckConstraint(
                name="contracts_contractversion_onetime_within_portions",
                condition=Q(onetime_credit_micros__gte=0, onetime_credit_micros__lte=F("credit_portion_micros"))
                & Q(onetime_service_micros__gte=0, onetime_service_micros__lte=F("service_portion_micros")),
            ),
        ]
        triggers = [
            FixedFields(
                "organization",
                "contract",
                "number",
                "kind",
                "term",
                "effective_date",
                "anchor_date",
                "first_month",
                "term_months",
                "payment_frequency",
                "credit_portion_micros",
                "service_portion_micros",
                "onetime_credit_micros",
                "onetime_service_micros",
                "credit_period_limit",
                "service_period_limit",
                "payment_terms_days",
                "custom_lines",
                "discount_percent_micros",
                "discount_micros",
                "discount_periods",
                "discount_until",
                "prices",
                "reason",
                "created_by",
                "created_at",
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def terms(self, currency: str) -> ScheduledTerms:
        """The terms as plain values."""
        return ScheduledTerms(
            currency=currency,
            anchor_date=self.anchor_date,
            first_month=self.first_month,
            one_time_date=self.effective_date,
            term_months=self.term_months,
            payment_frequency=Frequency(self.payment_frequency),
            credit_portion_micros=self.credit_portion_micros,
            service_portion_micros=self.service_portion_micros,
            onetime_credit_micros=self.onetime_credit_micros,
            onetime_service_micros=self.onetime_service_micros,
            credit_period_limit=self.credit_period_limit,
            service_period_limit=self.service_period_limit,
            payment_terms_days=self.payment_terms_days,
            custom_lines=self.lines(),
            discount_percent_micros=self.discount_percent_micros,
            discount_micros=self.discount_micros,
            discount_periods=self.discount_periods,
            discount_until=self.discount_until,
            prices=self.agreed_prices(),
        )

    def lines(self) -> tuple[CustomLine, ...]:
        """The lines of a custom schedule."""
        return tuple(
            CustomLine(due_date=date.fromisoformat(day), credit_micros=credit, service_micros=service, text=text)
            for day, credit, service, text in self.custom_lines
        )

    def agreed_prices(self) -> tuple[AgreedPrice, ...]:
        """The customer's own prices that these terms agree on."""
        return read_price_rows(self.prices)


class ContractPrice(OrganizationRow):
    """A price of the customer that was published with a contract's version, and ends with the contract."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="prices")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="+")
    price = models.ForeignKey("pricing.PriceVersion", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "price of a contract", "prices of contracts"
        constraints = [
            UniqueConstraint(fields=["organization", "price"], name="contracts_contractprice_price_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.price)
