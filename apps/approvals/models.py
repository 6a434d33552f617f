"""A request that one person makes and another decides, before something large is done."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.audit_trail import AuditTrail
from apps.common.changes import Change
from apps.common.triggers import FixedFields, Refused, append_only
from apps.tenants.models import Organization


class Approval(models.Model):
    """One action with its exact arguments. It is decided by someone else, and then carried out once.

    The facts of the request never change and the row is never deleted; triggers hold both.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        USED = "used", "Carried out"
        EXPIRED = "expired", "Expired"

    kind = models.CharField(max_length=60, help_text="What is to be done: the kind of a registered action.")
    subject_type = models.CharField(max_length=100, help_text="What it is done to: the label of its model.")
    subject_id = models.CharField(max_length=64, blank=True, help_text="The row's key; empty for the whole list.")
    about = models.CharField(max_length=300, blank=True, help_text="What it is done to, in words.")
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="The customer; empty where it is about no single one.",
    )
    arguments = models.JSONField(help_text="Everything else that the action is given; exactly this is agreed to.")
    fingerprint = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=200, editable=False, help_text="Names the intent: a form sent twice has one.")
    amount_micros = models.BigIntegerField(help_text="The size of it, in micros.")
    currency = models.CharField(max_length=3, help_text="What the amount is in.")
    preview = models.JSONField(
        default=list, editable=False, help_text="What the person who asked saw: name, before and after, row by row."
    )
    reason = models.TextField(help_text="Why it is asked for.")
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="First moment it can no longer be decided or used.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("decide_approval", "Can approve or reject what others ask for")]
        indexes = [
            models.Index(fields=["status", "expires_at"], name="approvals_by_status"),
            models.Index(
                fields=["subject_type", "subject_id"],
                name="approvals_open_by_subject",
                condition=Q(status__in=["pending", "approved"]),
            ),
        ]
        constraints = [
            CheckConstraint(
                name="approvals_approval_maker_is_not_checker",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
            ),
            CheckConstraint(
                name="approvals_approval_agreed_has_decider",
                condition=~Q(status__in=["approved", "rejected", "used"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            CheckConstraint(
                name="approvals_approval_pending_is_undecided",
                condition=~Q(status="pending") | Q(decided_by__isnull=True, decided_at__isnull=True),
            ),
            CheckConstraint(
                name="approvals_approval_used_has_moment",
                condition=Q(status="used", used_at__isnull=False) | (~Q(status="used") & Q(used_at__isnull=True)),
            ),
            CheckConstraint(name="approvals_approval_expires_later", condition=Q(expires_at__gt=F("requested_at"))),
            UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(status__in=["pending", "approved"]),
                name="approvals_approval_one_open_per_intent",
            ),
        ]
        triggers = [
            Refused(
                name="starts_pending",
                operation=pgtrigger.Insert,
                condition="NEW.status <> 'pending'",
                message="a request starts pending",
            ),
            FixedFields(
                "kind",
                "subject_type",
                "subject_id",
                "about",
                "organization",
                "arguments",
                "fingerprint",
                "key",
                "amount_micros",
                "currency",
                "preview",
                "reason",
                "requested_by",
                "requested_at",
                "expires_at",
            ),
            Refused(
                name="ends_once",
                operation=pgtrigger.Update,
                condition="OLD.status IN ('rejected', 'used', 'expired')",
                message="a request is decided once",
            ),
            FixedFields("decided_by", "decided_at", name="decision", where="OLD.decided_by_id IS NOT NULL"),
            *append_only(updates=True),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    def is_expired(self, now: datetime) -> bool:
        """Say whether time has run out on it, swept or not."""
        open_states = (self.Status.PENDING, self.Status.APPROVED)
        return self.status == self.Status.EXPIRED or (self.status in open_states and self.expires_at <= now)

    def seen(self) -> list[Change]:
        """Return what the person who asked saw before asking."""
        return [Change(*row) for row in self.preview]


class SoloAction(models.Model):
    """An action that one person carried out without a second one. Never changed, never deleted."""

    class Scope(models.TextChoices):
        """What the amounts of a day are added up for: one customer, or one of the pools that are no customer's."""

        CUSTOMER = "customer", "One customer"
        VOUCHERS = "vouchers", "Vouchers"
        PRICES = "prices", "Prices of all customers"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.CharField(max_length=8, choices=Scope)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    currency = models.CharField(max_length=3)
    amount_micros = models.BigIntegerField(help_text="The size of it, in micros.")
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, help_text="What exactly was done.")
    key = models.CharField(max_length=200, unique=True, help_text="Names the intent: a form sent twice has one.")
    done_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "action of one person", "actions of one person"
        indexes = [models.Index(fields=["person", "scope", "organization", "done_at"], name="approvals_soloaction_day")]
        constraints = [
            CheckConstraint(name="approvals_soloaction_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(
                name="approvals_soloaction_customer_is_named",
                condition=Q(scope="customer", organization__isnull=False)
                | (~Q(scope="customer") & Q(organization__isnull=True)),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} for {self.subject_type} {self.subject_id}"


class AccessChange(models.Model):
    """A change of what a person may do or how they sign in, and who made it. Never changed, never deleted."""

    audit_trail = AuditTrail(journal="append-only, with changed_by")

    class What(models.TextChoices):
        ACCOUNT = "account", "Account made"
        STATUS = "status", "Active, staff or superuser"
        GROUPS = "groups", "Groups"
        PERMISSIONS = "permissions", "Permissions"
        GROUP_PERMISSIONS = "group permissions", "Permissions of a group"
        PASSWORD = "password", "Password"
        SECOND_FACTOR = "second factor", "Second factor"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Whose access it is."
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Empty for what nobody did who was signed in: a command, or a migration.",
    )
    what = models.CharField(max_length=20, choices=What)
    detail = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = "change of access", "changes of access"
        ordering = ["-pk"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_what_display()} of {self.person}"


TRANSITIONS = {
    Approval.Status.PENDING: {Approval.Status.APPROVED, Approval.Status.REJECTED, Approval.Status.EXPIRED},
    Approval.Status.APPROVED: {Approval.Status.USED, Approval.Status.EXPIRED},
    Approval.Status.REJECTED: set(),
    Approval.Status.USED: set(),
    Approval.Status.EXPIRED: set(),
}
