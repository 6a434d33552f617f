"""Cleanup of sessions and failed sign-ins."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from apps.backoffice.tasks import forget_sign_ins
from apps.outbox.models import Heartbeat
from billing_site.celery import BEAT_SCHEDULE, app

pytestmark = pytest.mark.django_db


def test_ended_sessions_go_and_running_ones_stay(now):
    for key, ends in (("old", now - timedelta(seconds=1)), ("new", now)):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    forget_sign_ins(now=now)
    assert [session.pk for session in Session.objects.all()] == ["new"]


def test_failed_sign_ins_are_kept_for_thirty_days(now):
    for name, days in (("old", 31), ("new", 29)):
        AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(username=name).update(attempt_time=now - timedelta(days=days))
    forget_sign_ins(now=now)
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["new"]


@pytest.mark.parametrize("job", ["backoffice.forget_sign_ins", "approvals.expire", "idempotency.purge_calls"])
def test_runs_by_the_clock_and_tells_when(job):
    app.loader.import_default_modules()
    assert job in {entry["task"] for entry in BEAT_SCHEDULE.values()}
    app.tasks[job]()
    assert Heartbeat.objects.get(job=job).last_error == ""
