"""What Stripe Tax was asked about drafts, and its answers."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.wallets.models import OrganizationRow


class TaxCalculation(OrganizationRow):
    """A request to Stripe Tax and its answer; the digest of a request is unique, so that it is sent only once.

    `answer` has the parts of Stripe's answer that we read. An expired answer is requested again; `attempt` counts the
    requests.
    """

    audit_trail = AuditTrail(journal="asked and answered by tasks; documents name what taxed them")

    class State(models.TextChoices):
        ASKED = "asked", "Stripe has not answered yet"
        ANSWERED = "answered", "Calculated by Stripe"
        REFUSED = "refused", "Refused by Stripe"

    reference = models.CharField(max_length=100, help_text="The document or the payment of credit that it is for.")
    digest = models.CharField(max_length=64, help_text="Hash of the request and its reference.")
    question = models.JSONField(help_text="The parameters sent to Stripe.")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    attempt = models.PositiveIntegerField(default=1, help_text="Number of requests to Stripe.")
    stripe_id = models.CharField(max_length=255, blank=True)
    answer = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, help_text="Why Stripe refused it.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When it expires at Stripe.")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "tax calculation", "tax calculations"
        constraints = [
            UniqueConstraint(fields=["organization", "digest"], name="invoices_taxcalculation_once"),
            CheckConstraint(
                name="invoices_taxcalculation_answered_has_answer",
                condition=~Q(state="answered")
                | ~Q(stripe_id="") & Q(answer__isnull=False, expires_at__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id or self.digest[:12]

    def counts_at(self, now: datetime) -> bool:
        """Return whether Stripe has answered and still keeps the answer."""
        return self.state == self.State.ANSWERED and self.expires_at is not None and self.expires_at > now
