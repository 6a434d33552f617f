"""Actions that add credentials. Whoever holds one acts as the customer: reports usage, redeems vouchers, buys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import Action, Scope, Subject, person, register
from apps.common.admin import count_text
from apps.notices.services import notify
from apps.pricing.models import Meter
from apps.tenants.models import ApiKey, IdentityLink, Organization
from apps.tenants.services import KeyTerms, add_api_key, link_identity
from apps.usage.models import ReportEndpoint
from apps.usage.services import ReportTerms, open_report_endpoint


@dataclass(frozen=True, kw_only=True)
class CredentialAction(Action):
    """An action that creates a credential with which somebody can act as a customer.

    It has no amount, because nobody knows yet what the holder will do.
    """

    subject_model: ClassVar[type[Model]] = Organization
    subject_field: ClassVar[str] = "organization_id"
    # A platform key belongs to no customer and can charge all of them, as a price can.
    pool: ClassVar[Scope] = Scope.PRICES

    amount_micros: int = 0

    def has_known_size(self, now: datetime) -> bool:
        return not settings.APPROVAL_FOR_CREDENTIALS


@register
@dataclass(frozen=True, kw_only=True)
class IssueApiKey(CredentialAction):
    """Activate an API key whose text was shown once to the person who requested it; only its hash is stored.

    Its lifetime of `days` starts at activation. A read-only key cannot charge anybody, so one person may add it alone.
    """

    kind: ClassVar[str] = "tenants.issue_key"
    title: ClassVar[str] = "Issue an API key"
    permission: ClassVar[str] = "tenants.add_apikey"
    varying: ClassVar[frozenset[str]] = frozenset({"prefix", "secret_sha256"})
    hidden: ClassVar[frozenset[str]] = frozenset({"secret_sha256"})

    name: str
    scopes: tuple[str, ...]
    days: int | None
    prefix: str
    secret_sha256: str

    @property
    def subject(self) -> Subject:
        return super().subject if self.organization_id else Subject(ApiKey._meta.label_lower)

    def about(self) -> str:
        return f"{self.organization() or 'All organizations'}: API key {self.name}"

    def has_known_size(self, now: datetime) -> bool:
        return super().has_known_size(now) or set(self.scopes) <= {ApiKey.Scope.BILLING_READ}

    def perform(self, *, by: User, now: datetime) -> None:
        key = add_api_key(
            organization=self.organization(),
            terms=KeyTerms(
                name=self.name,
                scopes=self.scopes,
                expires_at=now + timedelta(days=self.days) if self.days else None,
            ),
            prefix=self.prefix,
            secret_sha256=self.secret_sha256,
            created_by=person(by),
            now=now,
        )
        if key.organization_id is not None:
            notify(
                organization_id=key.organization_id,
                notice="key.created",
                key=str(key.pk),
                data={
                    "id": str(key.pk),
                    "version": 1,
                    "name": key.name,
                    "prefix": key.prefix,
                    "scopes": key.scopes,
                    "createdBy": "our staff",
                },
                now=now,
            )

    def figures(self, now: datetime) -> Mapping[str, str]:
        keys = ApiKey.objects.filter(organization=self.organization_id).order_by("pk")
        working = [key for key in keys if key.works_at(now)]
        scopes = [ApiKey.Scope(scope).label for key in working if key.prefix == self.prefix for scope in key.scopes]
        return {"Active keys": count_text(len(working)), "The new key may": ", ".join(scopes)}


@register
@dataclass(frozen=True, kw_only=True)
class OpenReportEndpoint(CredentialAction):
    """Open an endpoint where a customer's runtime reports usage with a signature; its secret is made afterward."""

    kind: ClassVar[str] = "usage.open_endpoint"
    title: ClassVar[str] = "Open a report endpoint"
    permission: ClassVar[str] = "usage.add_reportendpoint"

    name: str
    report_format: str
    meter_id: int | None
    has_span_ids: bool = False

    def perform(self, *, by: User, now: datetime) -> None:
        organization = self.organization()
        assert organization is not None, "an endpoint belongs to a customer"
        open_report_endpoint(
            organization=organization,
            terms=ReportTerms(
                name=self.name,
                report_format=self.report_format,
                meter=Meter.objects.get(pk=self.meter_id) if self.meter_id else None,
                has_span_ids=self.has_span_ids,
            ),
            created_by=person(by),
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        open_ones = ReportEndpoint.objects.filter(organization=self.organization_id, closed_at=None)
        return {
            "Open endpoints": count_text(open_ones.count()),
            "Format of its reports": ReportEndpoint.Format(self.report_format).label,
            **({"Spans without a response id": "are identified by their own"} if self.has_span_ids else {}),
        }


@register
@dataclass(frozen=True, kw_only=True)
class LinkIdentity(CredentialAction):
    """Link an identity provider's organization to this customer; whoever signs in there acts as the customer."""

    kind: ClassVar[str] = "tenants.link_identity"
    title: ClassVar[str] = "Link an identity"
    permission: ClassVar[str] = "tenants.add_identitylink"

    issuer: str
    external_organization_id: str

    def perform(self, *, by: User, now: datetime) -> None:
        organization = self.organization()
        assert organization is not None, "organizations are never erased"
        link_identity(
            organization=organization,
            issuer=self.issuer,
            external_organization_id=self.external_organization_id,
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        links = IdentityLink.objects.filter(organization=self.organization_id).order_by("pk")
        return {
            "Identities": ", ".join(f"{link.external_organization_id} at {link.issuer}" for link in links) or "none"
        }
