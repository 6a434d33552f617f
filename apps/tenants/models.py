"""Organizations, their projects, identity links, and API keys."""

import uuid
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields
from apps.tenants.exchange_rates import kept_by_day
from apps.tenants.versions import raised_by_changes_of, raised_by_its_changes


class Organization(models.Model):
    """A customer. Everything billed belongs to one; it can be archived but never deleted."""

    class BillingMode(models.TextChoices):
        PREPAID = "prepaid", "Prepaid"
        POSTPAID = "postpaid", "Postpaid"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        ARCHIVED = "archived", "Archived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", "The currency must be three capital letters, such as EUR.")],
        help_text="ISO 4217 code of all billing; cannot be changed.",
    )
    billing_mode = models.CharField(
        max_length=8,
        choices=BillingMode,
        default=BillingMode.PREPAID,
        help_text="Prepaid spends existing credit; postpaid may owe up to a limit and gets monthly invoices.",
    )
    anchor_day = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=(
            "Day of the month (1 to 31) on which billing periods start, clamped in short months; "
            "cannot be changed after the first plan."
        ),
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.ACTIVE)
    postpaid_limit_micros = models.BigIntegerField(
        default=0,
        validators=[MinValueValidator(0)],
        help_text="How much a postpaid customer may owe before new work is refused, in micros.",
    )
    usd_rate_micros = models.BigIntegerField(
        default=1_000_000,
        validators=[MinValueValidator(1)],
        help_text="US dollars per unit of the currency, in micros; only for display, in API fields named …Usd.",
    )
    usd_rate_date = models.DateField(null=True, blank=True, help_text="When the rate was set.")
    usage_billing_enabled = models.BooleanField(
        default=True, help_text="Whether usage beyond the included quota may be charged."
    )
    monthly_resource_spend_limit_usd_micros = models.BigIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Monthly spend limit for persistent resources, in micros of US dollars; empty for none.",
    )
    pause_on_limit = models.BooleanField(default=False, help_text="Whether to stop persistent resources at the limit.")
    resource_email_alerts = models.BooleanField(
        default=True, help_text="Whether to email when spending nears the limit."
    )
    work_paused_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When staff paused new work; empty if it is not paused."
    )
    work_pause_reason = models.CharField(
        max_length=200, blank=True, editable=False, help_text="Why new work is paused; the customer reads it."
    )
    postpaid_paused_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When dunning paused postpaid use. Empty: the postpaid limit applies.",
    )
    version = models.BigIntegerField(
        default=0,
        editable=False,
        help_text="Incremented by changes of the organization, its API keys, or its identities; invalidates caches.",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    # Archiving is final.
    TRANSITIONS = {
        Status.ACTIVE: {Status.SUSPENDED, Status.ARCHIVED},
        Status.SUSPENDED: {Status.ACTIVE, Status.ARCHIVED},
        Status.ARCHIVED: set[Status](),
    }

    class Meta:
        constraints = [
            CheckConstraint(name="tenants_organization_anchor_day", condition=Q(anchor_day__range=(1, 31))),
            CheckConstraint(name="tenants_organization_currency_code", condition=Q(currency__regex=r"^[A-Z]{3}$")),
            CheckConstraint(name="tenants_organization_limit_not_negative", condition=Q(postpaid_limit_micros__gte=0)),
            CheckConstraint(name="tenants_organization_rate_positive", condition=Q(usd_rate_micros__gt=0)),
            CheckConstraint(
                name="tenants_organization_pause_has_a_reason",
                condition=Q(work_paused_at=None, work_pause_reason="")
                | Q(work_paused_at__isnull=False) & ~Q(work_pause_reason=""),
            ),
        ]
        triggers = [FixedFields("currency", name="currency"), raised_by_its_changes(), kept_by_day()]

    def __str__(self) -> str:
        return self.name


class UsdRate(models.Model):
    """The rate of a customer's currency in US dollars from a day on, until that of a later day.

    A trigger writes it whenever the rate is set on the customer, so that past days keep their rate.
    """

    audit_trail = AuditTrail(journal="written by a trigger when a customer's rate changes")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(help_text="First UTC day on which it counts; the first rate counts for all earlier days.")
    rate_micros = models.BigIntegerField(help_text="US dollars per unit of the currency, in micros.")

    class Meta:
        verbose_name = "US dollar rate"
        constraints = [UniqueConstraint(fields=["organization", "day"], name="tenants_usdrate_once_per_day")]

    def __str__(self) -> str:
        return f"{self.organization_id} from {self.day}"


class Project(models.Model):
    """A part of an organization that usage and service agreements can be attributed to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "slug"], name="tenants_project_slug_unique_per_organization")
        ]

    def __str__(self) -> str:
        return self.name


class IdentityLink(models.Model):
    """Links an identity provider's organization (issuer and external id) to an organization here."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="identity_links")
    issuer = models.CharField(max_length=255, help_text="Exactly the token's `iss`.")
    external_organization_id = models.CharField(max_length=255, help_text="Clerk's `org_…` id.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["issuer", "external_organization_id"], name="tenants_identitylink_one_organization"
            )
        ]
        triggers = raised_by_changes_of("organization_id", "issuer", "external_organization_id")

    def __str__(self) -> str:
        return self.external_organization_id


class ApiKey(models.Model):
    """A key with which a customer's systems call the API. The key is shown once; only its hash is stored."""

    audit_trail = AuditTrail(masked=("secret_sha256",), excluded=("last_used_at",))

    class Scope(models.TextChoices):
        """What a key may do: a platform key has scopes of the platform only, another key has any of the others."""

        BILLING_READ = "billing:read", "Read billing"
        USAGE_WRITE = "usage:write", "Send usage"
        USAGE_CORRECT = "usage:correct", "Void and replace usage"
        RESERVATIONS_WRITE = "reservations:write", "Reserve and capture credit"
        BUDGETS_WRITE = "budgets:write", "Set budgets"
        WEBHOOKS_WRITE = "webhooks:write", "Manage webhooks"
        PLATFORM_USAGE = "platform:usage", "Send usage for any organization"
        PLATFORM_RESERVATIONS = "platform:reservations", "Reserve and capture credit of any organization"
        PLATFORM_LEDGER = "platform:ledger", "Check and clean up the ledger of any organization"

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="api_keys",
        null=True,
        blank=True,
        help_text="Empty for a platform key, which belongs to no organization.",
    )
    name = models.CharField(max_length=100, help_text="What the key is for.")
    prefix = models.CharField(max_length=24, unique=True, help_text="The part of the key that may be shown.")
    secret_sha256 = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list, help_text="What the key may do.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="First moment it is no longer valid.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=200, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="Updated at most once a minute.")

    class Meta:
        verbose_name = "API key"
        constraints = [
            CheckConstraint(name="tenants_apikey_hash_is_sha256", condition=Q(secret_sha256__regex=r"^[0-9a-f]{64}$")),  # noqa: S106
            CheckConstraint(name="tenants_apikey_expires_after_creation", condition=Q(expires_at__gt=F("created_at"))),
        ]
        triggers = raised_by_changes_of(
            "organization_id", "prefix", "secret_sha256", "scopes", "expires_at", "revoked_at"
        )

    def __str__(self) -> str:
        return self.prefix

    def works_at(self, now: datetime) -> bool:
        """Return whether the key is valid at `now`: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class PlatformKeyVersion(models.Model):
    """The version of all platform keys, which have no organization; a single row."""

    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(name="tenants_platformkeyversion_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.version)
