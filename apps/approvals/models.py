"""Approval requests, actions performed alone, bulk actions, and changes of access."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.changes import Change
from apps.common.triggers import FixedFields, Refused, append_only
from apps.tenants.models import Organization


class Approval(models.Model):
    """A request for one action with its exact arguments. Someone else decides it; once approved, it is performed once.

    The request's facts never change and the row is never deleted; triggers enforce both.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        USED = "used", "Carried out"
        EXPIRED = "expired", "Expired"

    kind = models.CharField(max_length=60, help_text="The kind of a registered action.")
    subject_type = models.CharField(max_length=100, help_text="The model label of the target.")
    subject_id = models.CharField(max_length=64, blank=True, help_text="The row's key; empty for the whole list.")
    about = models.CharField(max_length=300, blank=True, help_text="The target as text.")
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="The customer; empty if it concerns no single one.",
    )
    arguments = models.JSONField(help_text="The action's other fields, exactly as approved.")
    fingerprint = models.CharField(max_length=64, editable=False)
    key = models.CharField(
        max_length=200, editable=False, help_text="Idempotency key; a form sent twice has the same one."
    )
    amount_micros = models.BigIntegerField(help_text="Size of the action, in micros.")
    is_size_known = models.BooleanField(
        default=True, help_text="Whether the size could be computed or estimated when it was requested."
    )
    currency = models.CharField(max_length=3, help_text="Currency of the amount.")
    preview = models.JSONField(
        default=list, editable=False, help_text="The figures shown to the requester: name, before, after."
    )
    reason = models.TextField(help_text="Why it is requested.")
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="First moment at which it can no longer be decided or used.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("decide_approval", "Can approve or reject requests of others")]
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
                message="a request must start as pending",
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
                "is_size_known",
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
                message="a closed request cannot change",
            ),
            FixedFields("decided_by", "decided_at", name="decision", where="OLD.decided_by_id IS NOT NULL"),
            *append_only(updates=True),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    def is_expired(self, now: datetime) -> bool:
        """Return whether it has expired, whether or not it is already marked as expired."""
        open_states = (self.Status.PENDING, self.Status.APPROVED)
        return self.status == self.Status.EXPIRED or (self.status in open_states and self.expires_at <= now)

    @property
    def known_amount_micros(self) -> int | None:
        """The size of the action, in micros; None if it was not known when it was requested."""
        return self.amount_micros if self.is_size_known else None

    def seen(self) -> list[Change]:
        """Return the figures that the requester saw."""
        return [Change(*row) for row in self.preview]


class SoloAction(models.Model):
    """An action that one person performed without approval. Append-only."""

    class Scope(models.TextChoices):
        """The scope in which a day's amounts are added up: one customer, or a pool without a customer."""

        CUSTOMER = "customer", "One customer"
        VOUCHERS = "vouchers", "Vouchers"
        PRICES = "prices", "Prices of all customers"
        BANK = "bank", "Bank lines of several customers"
        ROWS = "rows", "Rows of bulk actions"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.CharField(max_length=8, choices=Scope)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    currency = models.CharField(max_length=3)
    amount_micros = models.BigIntegerField(help_text="Size of the action, in micros.")
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, help_text="Hash of the exact action.")
    key = models.CharField(
        max_length=200, unique=True, help_text="Idempotency key; a form sent twice has the same one."
    )
    done_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = "action without approval", "actions without approval"
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


class BulkRun(models.Model):
    """One action on many rows, stored as reviewed; once a second person approves it, the worker performs the rows."""

    audit_trail = AuditTrail(journal="its facts never change; each row records its result")

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a second person"
        RUNNING = "running", "Running"
        DONE = "done", "Finished"

    kind = models.CharField(max_length=60, help_text="The kind of the action on each row.")
    title = models.CharField(max_length=100, help_text="What is done to each row.")
    currency = models.CharField(max_length=3)
    amount_micros = models.BigIntegerField(help_text="The sum of the rows' amounts.")
    row_count = models.PositiveIntegerField(help_text="Number of rows.")
    digest = models.CharField(max_length=64, editable=False, help_text="Hash of the exact actions.")
    reason = models.TextField(help_text="Why it is requested.")
    key = models.CharField(max_length=200, unique=True, editable=False, help_text="Idempotency key of the form.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "bulk action", "bulk actions"
        ordering = ["-pk"]
        constraints = [
            CheckConstraint(name="approvals_bulkrun_amount_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(
                name="approvals_bulkrun_started_has_moment",
                condition=Q(state="waiting", started_at=None) | ~Q(state="waiting") & Q(started_at__isnull=False),
            ),
            CheckConstraint(
                name="approvals_bulkrun_done_has_ended",
                condition=Q(state="done", ended_at__isnull=False) | ~Q(state="done") & Q(ended_at=None),
            ),
        ]
        triggers = [
            FixedFields(
                "kind",
                "title",
                "currency",
                "amount_micros",
                "row_count",
                "digest",
                "reason",
                "key",
                "requested_by",
                "requested_at",
            ),
            *append_only(updates=True),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.row_count} rows"

    @property
    def moved_micros(self) -> int | None:
        """The amount, in micros; None where the action moves no money, such as closing a month."""
        return self.amount_micros or None


class BulkRow(models.Model):
    """The action on one row of a run, and its result."""

    audit_trail = AuditTrail(journal="its facts never change; it records its own result")

    class State(models.TextChoices):
        WAITING = "waiting", "Not yet"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="rows", db_index=False)
    position = models.PositiveIntegerField(help_text="Position in the run, from 0.")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    about = models.CharField(max_length=300, help_text="The row as text.")
    amount_micros = models.BigIntegerField(help_text="Size of the action on it, in micros.")
    arguments = models.JSONField(editable=False, help_text="The action's other fields, exactly as approved.")
    key = models.CharField(
        max_length=200, unique=True, editable=False, help_text="Idempotency key of the action on it."
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    outcome = models.TextField(blank=True, help_text="Why it was refused.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was done or refused.")

    class Meta:
        verbose_name, verbose_name_plural = "row of a bulk action", "rows of bulk actions"
        ordering = ["run", "position"]
        indexes = [models.Index(fields=["run", "state", "position"], name="approvals_bulkrow_waiting")]
        constraints = [
            CheckConstraint(name="approvals_bulkrow_amount_not_negative", condition=Q(amount_micros__gte=0)),
            CheckConstraint(
                name="approvals_bulkrow_ended_has_moment",
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
            ),
        ]
        triggers = [
            FixedFields("run", "position", "organization", "about", "amount_micros", "arguments", "key"),
            FixedFields("state", "outcome", "ended_at", name="outcome", where="OLD.state <> 'waiting'"),
            *append_only(updates=True),
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def moved_micros(self) -> int | None:
        """The amount, in micros; None where the action moves no money, such as closing a month."""
        return self.amount_micros or None

    @property
    def kind(self) -> str:
        """The kind of the action on it."""
        return self.run.kind

    @property
    def currency(self) -> str:
        """The currency of its amount."""
        return self.run.currency


class AccessChange(models.Model):
    """A change of a person's permissions or sign-in, and its author. Append-only."""

    audit_trail = AuditTrail(journal="append-only, with changed_by")

    class What(models.TextChoices):
        ACCOUNT = "account", "Account created"
        STATUS = "status", "Active, staff or superuser"
        GROUPS = "groups", "Groups"
        PERMISSIONS = "permissions", "Permissions"
        GROUP_PERMISSIONS = "group permissions", "Permissions of a group"
        PASSWORD = "password", "Password"
        SECOND_FACTOR = "second factor", "Second factor"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The person whose access changed.",
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Empty if nobody was signed in, as in a command or a migration.",
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
