"""Endpoints by which an organization's runtime reports usage with a signature instead of an API key."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Q

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields
from apps.pricing.models import Meter
from apps.tenants.models import Organization


class ReportEndpoint(models.Model):
    """Where an organization's runtime posts signed reports; the endpoint fixes the format and the meter of its reports.

    Without a secret it accepts no reports. While the secret is being changed, the previous one is accepted too.
    """

    audit_trail = AuditTrail(excluded=("secret", "previous_secret"))

    class Format(models.TextChoices):
        EVENTS = "events", "CloudEvents"
        OPENAI = "openai", "OpenAI"
        ANTHROPIC = "anthropic", "Anthropic"
        GEMINI = "gemini", "Gemini"
        BEDROCK = "bedrock", "Bedrock"
        LITELLM = "litellm", "LiteLLM"
        OTEL = "otel", "OpenTelemetry"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    report_format = models.CharField("format of its reports", max_length=9, choices=Format)
    meter = models.ForeignKey(
        Meter,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Meter of its model calls. Empty: the only meter that counts tokens. CloudEvents name their own.",
    )
    has_span_ids = models.BooleanField(
        "spans identify calls",
        default=False,
        help_text="Only for OpenTelemetry, and only if nothing else reports these calls: a span without the vendor's "
        "response id is identified by its own.",
    )
    secret = models.BinaryField(null=True, help_text="The encrypted signing secret. Empty: it accepts nothing yet.")
    secret_hint = models.CharField(max_length=4, blank=True, help_text="The last characters of the secret.")
    previous_secret = models.BinaryField(null=True, help_text="The encrypted secret before the current one.")
    previous_secret_until = models.DateTimeField(null=True, help_text="Until when the previous secret is accepted too.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    closed_by = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, help_text="When it was closed for good.")

    class Meta:
        constraints = [
            CheckConstraint(
                name="usage_reportendpoint_overlap_has_a_secret",
                condition=Q(previous_secret__isnull=True, previous_secret_until__isnull=True)
                | Q(secret__isnull=False, previous_secret__isnull=False, previous_secret_until__isnull=False),
            ),
            CheckConstraint(
                name="usage_reportendpoint_spans_are_of_traces",
                condition=Q(has_span_ids=False) | Q(report_format="otel"),
            ),
            CheckConstraint(
                name="usage_reportendpoint_closed_by_somebody",
                condition=Q(closed_at__isnull=True, closed_by="") | Q(closed_at__isnull=False) & ~Q(closed_by=""),
            ),
        ]
        triggers = [FixedFields("organization", "report_format", "meter", "has_span_ids", "created_by", "created_at")]

    def __str__(self) -> str:
        return self.name
