"""Endpoints of signed usage reports: open one, change its secret, close it, and check who signed a report."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.errors import ReportEndpointClosed, ReportOutOfTime, ReportUnsigned, UnknownReportEndpoint
from apps.usage.models import ReportEndpoint
from apps.webhooks.secrets import hint, new_secret, sealed, unsealed
from apps.webhooks.signatures import is_signed

TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Signature:
    """The headers of Standard Webhooks: the message's id, its time in seconds since 1970, and its signatures."""

    message_id: str
    timestamp: str
    signatures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTerms:
    """What an endpoint accepts: a format, the meter of what is reported, and whether a span's id identifies it."""

    name: str
    report_format: str
    meter: Meter | None
    has_span_ids: bool = False


@transaction.atomic
def open_report_endpoint(
    *, organization: Organization, terms: ReportTerms, created_by: str, now: datetime
) -> ReportEndpoint:
    """Open an endpoint; it accepts no reports before it has a secret."""
    return ReportEndpoint.objects.create(
        organization=organization,
        name=terms.name,
        report_format=terms.report_format,
        meter=terms.meter,
        has_span_ids=terms.has_span_ids,
        created_by=created_by,
        created_at=now,
    )


@transaction.atomic
def new_report_secret(*, endpoint_id: UUID, overlap: timedelta, now: datetime) -> str:
    """Give an endpoint a new secret and return it, which happens only here; the current one stays valid for `overlap`.

    Raises:
        UnknownReportEndpoint: there is none. ReportEndpointClosed: it is closed.
    """
    endpoint = _open(endpoint_id)
    keeps = bool(overlap) and endpoint.secret is not None
    endpoint.previous_secret = endpoint.secret if keeps else None
    endpoint.previous_secret_until = now + overlap if keeps else None
    secret = new_secret()
    endpoint.secret, endpoint.secret_hint = sealed(secret), hint(secret)
    endpoint.save()
    return secret


@transaction.atomic
def close_report_endpoint(*, endpoint_id: UUID, closed_by: str, now: datetime) -> None:
    """Close an endpoint for good.

    Raises:
        UnknownReportEndpoint: there is none. ReportEndpointClosed: it is closed.
    """
    endpoint = _open(endpoint_id)
    endpoint.closed_at, endpoint.closed_by = now, closed_by
    endpoint.secret = endpoint.previous_secret = endpoint.previous_secret_until = None
    endpoint.save()


def signed_by(endpoint_id: UUID, signature: Signature, body: bytes, *, now: datetime) -> ReportEndpoint:
    """Return the endpoint whose secret signed a report, with its organization.

    Raises:
        UnknownReportEndpoint: there is none, or it is closed.
        ReportUnsigned: none of its secrets signed this body, id and time.
        ReportOutOfTime: its time is more than five minutes in the past or future.
    """
    found = ReportEndpoint.objects.select_related("organization", "meter").filter(pk=endpoint_id, closed_at=None)
    endpoint = found.first()
    if endpoint is None:
        raise UnknownReportEndpoint
    until = endpoint.previous_secret_until
    stored = [endpoint.secret, endpoint.previous_secret if until is not None and now < until else None]
    if not is_signed(
        event_id=signature.message_id,
        timestamp=signature.timestamp,
        body=body,
        signatures=signature.signatures,
        secrets_of_endpoint=[secret for each in stored if each is not None and (secret := unsealed(each)) is not None],
    ):
        raise ReportUnsigned
    if abs(int(signature.timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise ReportOutOfTime
    return endpoint


def _open(endpoint_id: UUID) -> ReportEndpoint:
    endpoint = ReportEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise UnknownReportEndpoint
    if endpoint.closed_at is not None:
        raise ReportEndpointClosed
    return endpoint
