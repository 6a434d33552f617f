"""What waits for a second person."""

from datetime import datetime

from django.db.models import QuerySet

from apps.approvals.models import Approval


def waiting(now: datetime) -> QuerySet[Approval]:
    """Return the requests that can still be decided, newest first."""
    return Approval.objects.filter(status=Approval.Status.PENDING, expires_at__gt=now)
