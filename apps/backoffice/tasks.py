"""Forgetting by the clock: sessions that ended, sign-ins that failed long ago."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session

from apps.outbox.delivery import scheduled_task

# A lock-out lasts half an hour; who tried is of use for a while longer.
ATTEMPTS_KEPT = timedelta(days=30)


@scheduled_task("backoffice.forget_sign_ins")
def forget_sign_ins(*, now: datetime) -> None:
    """Delete sessions that have ended and failed sign-ins of more than 30 days ago."""
    Session.objects.filter(expire_date__lt=now).delete()
    for attempts in (AccessAttempt, AccessFailureLog):
        attempts.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT).delete()
