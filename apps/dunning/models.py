"""Dunning policies with their steps, which policy a customer has, and cases with what was done in them."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.billing_profiles.models import Seller
from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, append_only
from apps.dunning import rules
from apps.invoices.models import Document
from apps.tenants.models import Organization
from apps.wallets.models import OrganizationRow


class DunningPolicy(models.Model):
    """The steps for a group of a seller's customers in one currency. Changing one is an action."""

    audit_trail = AuditTrail(excluded=("updated_at",))

    name = models.CharField(max_length=100)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    is_default = models.BooleanField(
        "default", default=False, help_text="Whether it covers customers without a policy of their own."
    )
    minimum_micros = models.BigIntegerField(default=0, help_text="A case opens once at least this much is overdue.")
    grace_days = models.PositiveSmallIntegerField(default=0, help_text="Days after the due date before a case opens.")
    is_automatic = models.BooleanField(
        "automatic", default=True, help_text="Whether a job takes its steps; otherwise staff take each one."
    )
    is_used = models.BooleanField("in use", default=True, help_text="Whether it opens cases.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "dunning policy", "dunning policies"
        constraints = [
            UniqueConstraint(fields=["seller", "currency", "name"], name="dunning_policy_name_once"),
            UniqueConstraint(
                fields=["seller", "currency"],
                condition=Q(is_default=True, is_used=True),
                name="dunning_policy_one_default",
            ),
            CheckConstraint(name="dunning_policy_minimum_not_negative", condition=Q(minimum_micros__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class DunningStep(models.Model):
    """A step of a policy."""

    class Letter(models.TextChoices):
        NONE = rules.Letter.NONE.value, "No letter"
        REMINDER = rules.Letter.REMINDER.value, "Reminder"
        DEMAND = rules.Letter.DEMAND.value, "Demand"
        FINAL = rules.Letter.FINAL.value, "Final demand"

    class Restriction(models.TextChoices):
        NONE = rules.Restriction.NONE.value, "Nothing"
        PAUSE = rules.Restriction.PAUSE.value, "Pause postpaid use"
        SUSPEND = rules.Restriction.SUSPEND.value, "Pause new work"

    policy = models.ForeignKey(DunningPolicy, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(help_text="Days after the oldest due date.")
    letter = models.CharField(max_length=8, choices=Letter, default=Letter.REMINDER)
    fee_micros = models.BigIntegerField(default=0)
    restriction = models.CharField(max_length=7, choices=Restriction, default=Restriction.NONE)

    class Meta:
        verbose_name = "dunning step"
        constraints = [
            UniqueConstraint(fields=["policy", "position"], name="dunning_step_position_once"),
            CheckConstraint(name="dunning_step_fee_not_negative", condition=Q(fee_micros__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.days} days after the due date"


class CustomerPolicy(models.Model):
    """A customer's own policy instead of the seller's default; without `policy` the customer gets no dunning."""

    audit_trail = AuditTrail(excluded=("updated_at",))

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="dunning_policy"
    )
    policy = models.ForeignKey(
        DunningPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: no dunning."
    )
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.policy or "No dunning")


class DunningCase(OrganizationRow):
    """The dunning of a customer's overdue invoices; one case is open per customer, seller and currency."""

    audit_trail = AuditTrail(excluded=("updated_at", "wait", "next_on", "overdue_micros"))

    class WaitReason(models.TextChoices):
        HELD = rules.WaitReason.HELD.value, "Held by hand"
        PROMISED = rules.WaitReason.PROMISED.value, "A payment is promised"
        RETRIED = rules.WaitReason.RETRIED.value, "Stripe charges it again"
        BELOW_MINIMUM = rules.WaitReason.BELOW_MINIMUM.value, "Less than the policy's minimum is overdue"
        BY_HAND = rules.WaitReason.BY_HAND.value, "Staff take the next step"
        NO_CONTACT = rules.WaitReason.NO_CONTACT.value, "No billing contact whose address works"
        STEPS_OVER = rules.WaitReason.STEPS_OVER.value, "All steps are done"
        NO_POLICY = rules.WaitReason.NO_POLICY.value, "The customer has no policy"
        PROBLEM = rules.WaitReason.PROBLEM.value, "The next step failed"

    class CloseReason(models.TextChoices):
        SETTLED = rules.CloseReason.SETTLED.value, "Nothing is overdue any more"
        DISPUTED = rules.CloseReason.DISPUTED.value, "All that is overdue is disputed"
        BY_HAND = rules.CloseReason.BY_HAND.value, "By hand"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    steps_done = models.PositiveSmallIntegerField(default=0, help_text="Steps taken or skipped.")
    last_on = models.DateField("last step on", null=True, blank=True, help_text="The day of the last step.")
    last_days = models.PositiveSmallIntegerField(default=0, help_text="The days of the last step in its policy.")
    overdue_micros = models.BigIntegerField(default=0, help_text="Amount overdue at the last check.")
    next_on = models.DateField("next step on", null=True, blank=True, help_text="The day of the next step.")
    wait = models.CharField("waits because", max_length=13, choices=WaitReason, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="Why the next step failed.")
    held_until = models.DateField(null=True, blank=True, help_text="Last day without a step.")
    hold_reason = models.CharField(max_length=500, blank=True)
    promised_on = models.DateField(null=True, blank=True, help_text="The day for which a payment is promised.")
    promised_micros = models.BigIntegerField(default=0)
    paused_postpaid = models.BooleanField(default=False, help_text="Whether this case pauses postpaid use.")
    suspended_work = models.BooleanField(default=False, help_text="Whether this case pauses new work.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=8, choices=CloseReason, blank=True)
    closed_note = models.CharField(
        "closed after",
        max_length=1000,
        blank=True,
        help_text="The invoices that were settled or are disputed, or the reason of the person who ended it.",
    )
    closed_by = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "dunning case"
        constraints = [
            UniqueConstraint(
                fields=["organization", "seller", "currency"],
                condition=Q(closed_at=None),
                name="dunning_case_one_open",
            ),
            CheckConstraint(
                name="dunning_case_closed_has_a_reason",
                condition=Q(closed_at=None, closed_because="")
                | Q(closed_at__isnull=False, paused_postpaid=False, suspended_work=False) & ~Q(closed_because=""),
            ),
            CheckConstraint(name="dunning_case_promise_not_negative", condition=Q(promised_micros__gte=0)),
        ]
        indexes = [Index(fields=["wait"], name="dunning_case_waiting", condition=Q(closed_at=None))]
        triggers = [
            *append_only(updates=True),
            FixedFields("organization", "seller", "currency", "opened_at"),
            FixedFields("closed_at", name="closed_once", where="OLD.closed_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"Dunning since {self.opened_at:%Y-%m-%d}"

    @property
    def closing_text(self) -> str:
        """Why it is closed, with the invoices or the person's reason; empty if it is open."""
        return ": ".join(filter(None, (self.get_closed_because_display(), self.closed_note)))


class DunningEvent(OrganizationRow):
    """A step of a case that was taken or skipped."""

    audit_trail = AuditTrail(journal="append-only, with created_by")

    class Outcome(models.TextChoices):
        TAKEN = "taken", "Taken"
        SKIPPED = "skipped", "Skipped"

    case = models.ForeignKey(DunningCase, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveSmallIntegerField(help_text="Number of the step in the case, from 0.")
    outcome = models.CharField(max_length=7, choices=Outcome)
    happened_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=8, choices=DunningStep.Letter)
    restriction = models.CharField(max_length=7, choices=DunningStep.Restriction)
    fee = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    overdue_micros = models.BigIntegerField(help_text="Amount overdue on that day.")
    reason = models.CharField(
        max_length=500, blank=True, help_text="Why staff skipped it, or took it before it was due."
    )
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "step of a dunning case", "steps of dunning cases"
        constraints = [
            UniqueConstraint(fields=["organization", "case", "position"], name="dunning_event_once"),
            CheckConstraint(
                name="dunning_event_skipped_has_a_reason",
                condition=Q(outcome="taken") | Q(outcome="skipped", fee=None) & ~Q(reason=""),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Step {self.position + 1}: {self.get_outcome_display()}"


class SkippedFirstStep(OrganizationRow):
    """A first step that staff skipped before its case opened; it is valid for one oldest due date only."""

    audit_trail = AuditTrail(journal="append-only, with created_by")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    due_date = models.DateField(help_text="The oldest due date of the invoices that are overdue.")
    reason = models.CharField(max_length=500)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "seller", "currency", "due_date"], name="dunning_skippedfirststep_once"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"First step skipped: {self.reason}"


class DisputedInvoice(OrganizationRow):
    """An invoice that the customer disputes; dunning excludes it until the dispute is decided."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_by = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "document"], condition=Q(decided_at=None), name="dunning_dispute_one_open"
            ),
            CheckConstraint(
                name="dunning_dispute_decided_later",
                condition=Q(decided_at=None) | Q(decided_at__gte=F("opened_at")),
            ),
        ]
        triggers = [
            *append_only(updates=True),
            FixedFields("organization", "document", "reason", "opened_by", "opened_at"),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.reason}"
