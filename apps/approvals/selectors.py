"""Queries on open requests."""

from datetime import datetime

from django.db.models import Model, Q, QuerySet

from apps.approvals.models import Approval
from apps.tenants.models import Organization


def waiting(now: datetime) -> QuerySet[Approval]:
    """Return the requests that can still be approved or rejected, newest first."""
    return Approval.objects.filter(status=Approval.Status.PENDING, expires_at__gt=now)


def waiting_for(row: Model, now: datetime) -> QuerySet[Approval]:
    """Return the open requests on a row, and for a customer also those on anything of theirs, newest first."""
    about = Q(subject_type=row._meta.label_lower, subject_id=str(row.pk))
    if isinstance(row, Organization):
        about |= Q(organization=row)
    return still_open(now).filter(about).select_related("requested_by")


def waiting_in_list(label: str, now: datetime) -> QuerySet[Approval]:
    """Return the open requests on a model's whole list, such as the quarantined events."""
    return still_open(now).filter(subject_type=label, subject_id="").select_related("requested_by")


def still_open(now: datetime) -> QuerySet[Approval]:
    """Return the requests that wait for approval or, once approved, to be performed."""
    states = (Approval.Status.PENDING, Approval.Status.APPROVED)
    return Approval.objects.filter(status__in=states, expires_at__gt=now)
