"""Checkout sessions and payment links. Our row is written before Stripe is asked to make the object."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.contracts.models import Contract, Installment
from apps.payments.references import ObjectKind
from apps.tenants.models import Organization
from apps.top_ups.models import TaxedCredit, TopUpAttempt
from apps.wallets.models import OrganizationRow


class CheckoutSession(TaxedCredit):
    """One checkout session at Stripe and its purpose. Its payment is posted once."""

    class Purpose(models.TextChoices):
        TOP_UP = "top_up", "Top-up"
        INSTALLMENT = "installment", "Installment"
        SETUP = "setup", "Payment method for a contract"
        SAVE_CARD = "save_card", "Card for automatic top-up"
        CONFIRMATION = "confirmation", "Confirmation of an automatic top-up"

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        OPEN = "open", "Open"
        PROCESSING = "processing", "Payment in progress"
        PAID = "paid", "Paid"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attempt = models.ForeignKey(
        TopUpAttempt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The automatic top-up that the customer authenticates and pays in this session.",
    )
    amount_micros = models.BigIntegerField(help_text="The amount to pay in the session, in micros, without added tax.")
    saves_method = models.BooleanField(
        default=False, help_text="Whether it saves the payment method for later installments."
    )
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    stripe_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    customer_id = models.CharField(max_length=255, blank=True, help_text="Stripe's id of the paying customer.")
    payment_intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    url = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    request_key = models.CharField(
        max_length=255, blank=True, help_text="The caller's idempotency key: the same key returns the same session."
    )
    last_failure = models.TextField(blank=True, help_text="Why the last attempt to pay failed.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="payments_checkoutsession_amount_not_negative",
                condition=Q(amount_micros__gte=0, tax_micros__gte=0),
            ),
            CheckConstraint(
                name="payments_checkoutsession_known_at_stripe_once_open",
                condition=Q(state__in=["requested", "failed"]) | Q(stripe_id__isnull=False),
            ),
            CheckConstraint(
                name="payments_checkoutsession_purpose_has_its_row",
                condition=Q(purpose__in=["top_up", "save_card"], contract=None, attempt=None)
                | Q(purpose="confirmation", contract=None, attempt__isnull=False)
                | Q(purpose__in=["installment", "setup"], contract__isnull=False, attempt=None),
            ),
            UniqueConstraint(
                fields=["organization", "request_key"],
                condition=~Q(request_key=""),
                name="payments_checkoutsession_one_per_request_key",
            ),
            UniqueConstraint(
                fields=["organization", "contract"],
                condition=Q(contract__isnull=False, state__in=["requested", "open"]),
                name="payments_checkoutsession_one_open_per_contract",
            ),
            UniqueConstraint(
                fields=["organization", "attempt"],
                condition=Q(attempt__isnull=False, state__in=["requested", "open"]),
                name="payments_checkoutsession_one_open_per_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.id}"

    @property
    def reference(self) -> str:
        """The reference that the session and its payment have in their metadata at Stripe."""
        return ObjectKind.CHECKOUT.reference(self.id)


_S = CheckoutSession.State
OPEN_SESSION_STATES = (_S.REQUESTED, _S.OPEN)
CHECKOUT_TRANSITIONS: dict[CheckoutSession.State, set[CheckoutSession.State]] = {
    _S.REQUESTED: {_S.OPEN, _S.PROCESSING, _S.PAID, _S.FAILED, _S.EXPIRED},
    _S.OPEN: {_S.PROCESSING, _S.PAID, _S.FAILED, _S.EXPIRED},
    _S.PROCESSING: {_S.PAID, _S.FAILED},
    _S.FAILED: {_S.PAID},  # events arrive in any order, and a payment is final
    _S.EXPIRED: {_S.PAID},
    _S.PAID: set(),
}


class CheckoutPart(OrganizationRow):
    """An installment that a session pays. The payment is applied to the parts in order of position."""

    session = models.ForeignKey(CheckoutSession, on_delete=models.PROTECT, related_name="parts")
    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    amount_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "session", "position"], name="payments_checkoutpart_position_once"
            ),
            CheckConstraint(name="payments_checkoutpart_amount_positive", condition=Q(amount_micros__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.installment_id} in {self.session_id}"


class PaymentLink(models.Model):
    """A link where anyone may pay one installment, once. The installment and the amount are fixed here."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    installment = models.ForeignKey(Installment, on_delete=models.PROTECT, related_name="+")
    amount_micros = models.BigIntegerField(help_text="Amount to pay, in micros.")
    currency = models.CharField(max_length=3)
    stripe_id = models.CharField(max_length=255, unique=True)
    url = models.CharField(max_length=2048)
    is_active = models.BooleanField(default=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "installment"],
                condition=Q(is_active=True),
                name="payments_paymentlink_one_per_installment",
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id
