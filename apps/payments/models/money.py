"""Payments received through Stripe, their purposes, and the refunds and disputes that returned them."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import append_only
from apps.contracts.models import Installment
from apps.invoices.models import Document
from apps.payments.models.billing import StripeInvoice
from apps.payments.models.checkout import CheckoutSession
from apps.payments.references import ObjectKind
from apps.payments.shares import Shares
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import Grant, OrganizationRow

# A payment whose money Stripe collected and can return.
AT_STRIPE = Q(received_in=Role.CASH.value, settled_at__isnull=False, payment_intent_id__gt="")


class StripePayment(models.Model):
    """A payment received through Stripe. It is posted once, under its key; refunds and disputes find it by the payment
    intent."""

    class ReceivedIn(models.TextChoices):
        """The account that received it, as named in `wallets.accounts.Role`."""

        CASH = "cash", "Stripe"
        MANUAL_RECEIPTS = "manual_receipts", "Elsewhere"
        UNAPPLIED = "unapplied", "Balance at Stripe"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200, help_text="Identifies the external payment, so that it is posted once.")
    payment_intent_id = models.CharField(
        max_length=255,
        blank=True,
        db_index=True,
        help_text="Empty if none is known. One intent may pay several invoices.",
    )
    charge_id = models.CharField(max_length=255, blank=True, db_index=True)
    amount_micros = models.BigIntegerField(help_text="Amount received, in micros.")
    tax_micros = models.BigIntegerField(default=0, help_text="The part that is tax, in micros.")
    unapplied_micros = models.BigIntegerField(
        default=0, help_text="The part without a purpose here, kept on the unapplied account, in micros."
    )
    unapplied_reason = models.CharField(max_length=500, blank=True, help_text="Why that part has no purpose here.")
    applied_micros = models.BigIntegerField(
        default=0, help_text="The unapplied part that later invoices used from the balance at Stripe, in micros."
    )
    refunded_micros = models.BigIntegerField(default=0, help_text="Returned by refunds, in micros.")
    disputed_micros = models.BigIntegerField(default=0, help_text="Returned by lost disputes, in micros.")
    recovered_micros = models.BigIntegerField(
        default=0, help_text="The part of our losses on it that disputes returned to us, in micros."
    )
    currency = models.CharField(max_length=3)
    received_in = models.CharField(
        max_length=15,
        choices=ReceivedIn,
        default=ReceivedIn.CASH,
        help_text="How it was received: through Stripe, elsewhere, or from the customer's balance at Stripe.",
    )
    checkout = models.ForeignKey(CheckoutSession, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invoice = models.ForeignKey(StripeInvoice, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was posted; empty if it is not posted yet."
    )
    flagged_at = models.DateTimeField(
        "fraud warning at", null=True, blank=True, help_text="When Stripe warned of fraud."
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Stripe payment"
        constraints = [
            UniqueConstraint(fields=["organization", "key"], name="payments_stripepayment_key_once"),
            CheckConstraint(name="payments_stripepayment_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(name="payments_stripepayment_refunded_not_negative", condition=Q(refunded_micros__gte=0)),
            CheckConstraint(
                name="payments_stripepayment_shares_within_amount",
                condition=Q(tax_micros__gte=0, unapplied_micros__gte=0, applied_micros__gte=0)
                & Q(applied_micros__lte=F("unapplied_micros"))
                & Q(amount_micros__gte=F("tax_micros") + F("unapplied_micros")),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "created_at"], name="payments_payment_newest"),
            models.Index(fields=["key"], name="payments_payment_by_key"),
        ]
        triggers = append_only(updates=True)

    def __str__(self) -> str:
        return self.payment_intent_id or self.key

    @property
    def returnable_micros(self) -> int:
        """The amount that refunds have not returned, in micros."""
        return max(0, self.amount_micros - self.refunded_micros)

    @property
    def ours_micros(self) -> int:
        """The amount that no refund, lost dispute or later invoice has taken, in micros; never negative."""
        return max(0, self.amount_micros - self.applied_micros - self.refunded_micros - self.disputed_micros)

    @property
    def whole(self) -> Shares:
        """Its shares by purpose, without what later invoices took from it."""
        return Shares(
            unapplied_micros=self.unapplied_micros - self.applied_micros,
            tax_micros=self.tax_micros,
            net_micros=self.amount_micros - self.tax_micros - self.unapplied_micros,
        )


class TopUpInvoice(OrganizationRow):
    """The invoice for credit that a payment bought; a second one is made if a refund of it fails late."""

    audit_trail = AuditTrail(journal="append-only, made with the invoice")

    payment = models.ForeignKey(StripePayment, on_delete=models.PROTECT, related_name="top_up_invoices")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "top-up invoice"
        constraints = [
            UniqueConstraint(fields=["organization", "document"], name="payments_topupinvoice_document_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.document)


class PaymentPart(OrganizationRow):
    """The part of a payment that paid an installment."""

    payment = models.ForeignKey(StripePayment, on_delete=models.PROTECT, related_name="parts")
    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200, help_text="The key of the payment on the installment.")
    amount_micros = models.BigIntegerField()
    returned_micros = models.BigIntegerField(
        default=0, help_text="The part that refunds and lost disputes returned, in micros."
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "key"], name="payments_paymentpart_key_once"),
            CheckConstraint(name="payments_paymentpart_amount_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(
                name="payments_paymentpart_returned_within_amount",
                condition=Q(returned_micros__gte=0, returned_micros__lte=F("amount_micros")),
            ),
        ]
        triggers = append_only(updates=True)

    def __str__(self) -> str:
        return self.key


class Refund(OrganizationRow):
    """Money returned to the payer, requested by staff here or started at Stripe."""

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        PENDING = "pending", "Under way"
        SUCCEEDED = "succeeded", "Paid back"
        FAILED = "failed", "Failed"
        REFUSED = "refused", "Refused by Stripe"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(
        StripePayment,
        on_delete=models.PROTECT,
        related_name="refunds",
        help_text="Payment to take from first; others of the same intent give the rest.",
    )
    stripe_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    part = models.ForeignKey(
        PaymentPart,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The part of the payment to take from first. Empty: from its last installment first.",
    )
    amount_micros = models.BigIntegerField()
    credit_micros = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="How much of that part is taken from its credit, in micros. Empty: in proportion.",
    )
    state = models.CharField(max_length=9, choices=State)
    taken_micros = models.BigIntegerField(default=0, help_text="The part taken from the customer, in micros.")
    lost_micros = models.BigIntegerField(
        default=0, help_text="The part that was already returned before and is our loss, in micros."
    )
    booked_at = models.DateTimeField(null=True, blank=True, help_text="When it was posted.")
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When its posting was reversed, since it failed after it had succeeded."
    )
    reason = models.CharField(max_length=500, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    requested_by = models.CharField(max_length=200, blank=True, help_text="Empty if it was started at Stripe.")
    request_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "request_key"],
                condition=~Q(request_key=""),
                name="payments_refund_request_key_once",
            ),
            CheckConstraint(name="payments_refund_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(
                name="payments_refund_credit_is_of_a_part",
                condition=Q(part=None, credit_micros=None) | Q(part__isnull=False, credit_micros__gte=0),
            ),
            CheckConstraint(
                name="payments_refund_undone_was_booked",
                condition=Q(undone_at=None) | Q(booked_at__isnull=False, state="failed"),
            ),
        ]
        triggers = append_only(updates=True)

    def __str__(self) -> str:
        return self.stripe_id or str(self.id)

    @property
    def reference(self) -> str:
        """The reference that the refund has in its metadata at Stripe."""
        return ObjectKind.REFUND.reference(self.id)


class Dispute(OrganizationRow):
    """A payer's objection to a payment at the bank (chargeback). Each step is posted once, at its own moment."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Open"
        INQUIRY = "inquiry", "Inquiry"
        WON = "won", "Won"
        LOST = "lost", "Lost"
        CLOSED = "closed", "Closed without loss"

    payment = models.ForeignKey(
        StripePayment,
        on_delete=models.PROTECT,
        related_name="disputes",
        help_text="Payment to take from first; others of the same intent give the rest.",
    )
    stripe_id = models.CharField(max_length=255, unique=True)
    amount_micros = models.BigIntegerField(
        help_text="Disputed amount, or the withdrawn one after the withdrawal, in micros of the payment's currency."
    )
    claimed_micros = models.BigIntegerField(
        help_text="The amount the payer claims, in micros of the currency of the claim."
    )
    claimed_currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.OPEN)
    status = models.CharField(max_length=40, help_text="Stripe's status, unchanged.")
    reason = models.CharField(max_length=100, blank=True)
    respond_by = models.DateTimeField(
        null=True, blank=True, help_text="Deadline for evidence; empty if Stripe names none."
    )
    holds = models.JSONField(default=list, help_text="The holds that freeze the disputed credit.")
    frozen_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When Stripe withdrew the money.")
    withdrawn_micros = models.BigIntegerField(default=0, help_text="The total that Stripe withdrew, in micros.")
    reinstated_at = models.DateTimeField(null=True, blank=True, help_text="When Stripe first gave money back.")
    reinstated_micros = models.BigIntegerField(default=0, help_text="The total that Stripe gave back, in micros.")
    taken_micros = models.BigIntegerField(
        default=0, help_text="The amount taken from the customer when it was lost, in micros."
    )
    lost_micros = models.BigIntegerField(
        default=0, help_text="The part that was already returned before and is our loss, in micros."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="payments_dispute_amount_positive", condition=Q(amount_micros__gt=0)),
            CheckConstraint(
                name="payments_dispute_moved_not_negative",
                condition=Q(withdrawn_micros__gte=0, reinstated_micros__gte=0),
            ),
        ]
        triggers = append_only(updates=True)

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def over_micros(self) -> int:
        """For a lost dispute: the booked loss less the amount that Stripe kept, in micros.

        Negative if a loss is still to book.
        """
        return self.taken_micros + self.lost_micros + self.reinstated_micros - self.amount_micros


class PaymentReturn(OrganizationRow):
    """The amount that a refund or lost dispute took from one payment; one intent may have paid several invoices."""

    payment = models.ForeignKey(StripePayment, on_delete=models.PROTECT, related_name="returns")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    amount_micros = models.BigIntegerField(help_text="Taken from the customer, in micros.")
    tax_micros = models.BigIntegerField(default=0, help_text="The part that was tax, in micros.")
    unapplied_micros = models.BigIntegerField(default=0, help_text="The part that had no purpose here, in micros.")
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was reversed, since the refund failed after it had succeeded."
    )

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "refund", "payment"], name="payments_paymentreturn_one_per_refund"
            ),
            UniqueConstraint(
                fields=["organization", "dispute", "payment"], name="payments_paymentreturn_one_per_dispute"
            ),
            CheckConstraint(
                name="payments_paymentreturn_refund_or_dispute",
                condition=Q(refund=None, dispute__isnull=False) | Q(refund__isnull=False, dispute=None),
            ),
            CheckConstraint(
                name="payments_paymentreturn_shares_within_amount",
                condition=Q(amount_micros__gt=0, tax_micros__gte=0, unapplied_micros__gte=0)
                & Q(amount_micros__gte=F("tax_micros") + F("unapplied_micros")),
            ),
        ]
        triggers = append_only(updates=True)

    def __str__(self) -> str:
        return f"{self.refund or self.dispute} of {self.payment}"
