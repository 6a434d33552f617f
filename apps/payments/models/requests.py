"""Requests to Stripe, each written before it is sent, and customers at Stripe."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.fields.json import KT

from apps.tenants.models import Organization


class StripeRequest(models.Model):
    """One call that changes something at Stripe.

    Its idempotency key is stored first, so a retry has no second effect.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "Prepared"
        UNKNOWN = "unknown", "Outcome unknown"
        BROKEN = "broken", "Stripe answered 5xx"
        REFUSED = "refused", "Refused by Stripe"
        DONE = "done", "Done"

    reference = models.CharField(
        max_length=200,
        unique=True,
        help_text="Identifies the effect; stored in the metadata of the object made at Stripe.",
    )
    operation = models.CharField(max_length=40, help_text="The operation at Stripe, such as checkout.create.")
    target = models.CharField(max_length=255, blank=True, help_text="Stripe's id of the object it changes.")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    params = models.JSONField(help_text="The parameters sent; a key is always sent with the same parameters.")
    key = models.CharField(max_length=255, unique=True, help_text="Stripe's idempotency key.")
    attempt = models.PositiveIntegerField(default=1, help_text="Number of keys used.")
    state = models.CharField(max_length=8, choices=State, default=State.PREPARED)
    stripe_id = models.CharField(max_length=255, blank=True)
    answer = models.JSONField(null=True, blank=True, help_text="The part of Stripe's answer that is kept.")
    error = models.TextField(blank=True)
    key_stored_at = models.DateTimeField(help_text="When the key was made; Stripe forgets keys after a day.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "Stripe request"
        constraints = [
            CheckConstraint(
                name="payments_striperequest_done_has_answer", condition=~Q(state="done") | Q(answer__isnull=False)
            )
        ]
        indexes = [
            models.Index(
                KT("params__metadata__invoice"),
                name="payments_request_tax",
                condition=Q(operation__in=["tax_transaction.create", "tax_transaction.reverse"]),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class StripeCustomer(models.Model):
    """The object at Stripe that stands for a customer. The row is kept if the customer is deleted there."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    stripe_id = models.CharField(max_length=255, unique=True)
    livemode = models.BooleanField("live mode")
    language = models.CharField(
        max_length=10, blank=True, help_text="Language of Stripe's own words to the customer, as it was sent there."
    )
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="When it was deleted at Stripe.")

    class Meta:
        verbose_name = "Stripe customer"
        constraints = [
            UniqueConstraint(
                fields=["organization", "livemode"],
                condition=Q(deleted_at=None),
                name="payments_stripecustomer_one_per_organization_and_mode",
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id
