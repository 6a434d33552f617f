"""Housekeeping; expiry is true by time whether or not this runs."""

from celery import shared_task
from django.utils import timezone

from apps.approvals import services


@shared_task(name="approvals.expire", ignore_result=True)
def expire(**_newer_arguments: object) -> int:
    """Mark the requests that time has run out on."""
    return services.expire_approvals(now=timezone.now())
