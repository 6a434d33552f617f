"""Requests expire by a scheduled job."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.approvals import tasks  # noqa: F401 (registers the job)
from apps.approvals.models import Approval
from apps.outbox.models import Heartbeat
from billing_site.celery import app
from tests.approvals.factories import ask, create_person


@pytest.mark.django_db
def test_expires_by_the_clock_and_tells_when_it_ran():
    asked = ask(create_person("ann"), now=timezone.now() - timedelta(days=400))
    app.tasks["approvals.expire"]()
    asked.refresh_from_db()
    assert asked.status == Approval.Status.EXPIRED
    assert Heartbeat.objects.get(job="approvals.expire").last_error == ""
