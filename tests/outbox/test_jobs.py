"""Scheduled jobs: one run at a time, even with two schedulers, and the record of the last run."""

from datetime import timedelta

import pytest
from celery import current_app
from celery.schedules import crontab
from django.utils import timezone

from apps.outbox import jobs
from apps.outbox.delivery import scheduled_task
from apps.outbox.models import Heartbeat
from apps.outbox.selectors import last_heartbeat
from billing_site.celery import BEAT_SCHEDULE, app
from billing_site.scheduler import JobScheduler, times_text

pytestmark = pytest.mark.django_db
GAP = timedelta(seconds=20)


class TestStartJob:
    def test_the_first_run_starts(self, now):
        assert jobs.start_job(job="test.job", gap=GAP, now=now)

    def test_a_second_scheduler_does_not_start_the_same_run(self, now):
        jobs.start_job(job="test.job", gap=GAP, now=now)

        assert not jobs.start_job(job="test.job", gap=GAP, now=now + timedelta(seconds=19))

    def test_the_next_run_starts(self, now):
        jobs.start_job(job="test.job", gap=GAP, now=now)

        assert jobs.start_job(job="test.job", gap=GAP, now=now + GAP)

    def test_jobs_do_not_keep_each_other_back(self, now):
        jobs.start_job(job="test.job", gap=GAP, now=now)

        assert jobs.start_job(job="test.other", gap=GAP, now=now)

    def test_a_job_that_staff_switched_off_does_not_start(self, now):
        Heartbeat.objects.create(job="test.job", is_on=False)

        assert not jobs.start_job(job="test.job", gap=GAP, now=now)


class TestScheduler:
    def test_staff_see_each_job_with_its_times(self):
        JobScheduler(app)

        seen = dict(Heartbeat.objects.values_list("job", "schedule"))
        assert seen.keys() == {entry["task"] for entry in BEAT_SCHEDULE.values()}
        assert seen["wallets.close_reservations"] == "Every 10 seconds"
        assert seen["wallets.expire"] == "Every 10 minutes"
        assert seen["wallets.close_budget_periods"] == "Every minute"
        assert seen["usage.close_months"] == "Every hour at 40 minutes past"
        assert seen["snapshots.collect_costs"] == "Every 3 hours from 00:02 UTC"
        assert seen["outbox.purge_done"] == "Every day at 03:10 UTC"

    def test_a_schedule_without_words_is_refused(self):
        with pytest.raises(ValueError, match="no words"):
            times_text(crontab(minute=0, hour=5, day_of_week=1))

    def test_a_restart_keeps_what_staff_switched_off_and_drops_jobs_that_are_gone(self):
        Heartbeat.objects.create(job="usage.close_months", is_on=False)
        Heartbeat.objects.create(job="test.gone", last_error="ValueError: no")

        JobScheduler(app)

        assert not Heartbeat.objects.get(job="usage.close_months").is_on
        assert not Heartbeat.objects.filter(job="test.gone").exists()

    def test_a_job_whose_time_passed_without_a_scheduler_is_due_at_once(self):
        Heartbeat.objects.create(job="payments.reconcile", started_at=timezone.now() - timedelta(days=2))

        schedule = JobScheduler(app).schedule

        assert schedule["compare with Stripe"].is_due().is_due
        assert not schedule["announce cards that expire soon"].is_due().is_due


class TestFinishJob:
    def test_a_failure_keeps_the_time_of_the_last_success(self, now):
        jobs.start_job(job="test.job", gap=GAP, now=now)
        jobs.finish_job(job="test.job", error="", now=now)

        jobs.finish_job(job="test.job", error="ValueError: no", now=now + GAP)

        assert last_heartbeat("test.job") == now
        assert Heartbeat.objects.get().last_error == "ValueError: no"

    def test_a_success_forgets_the_error(self, now):
        jobs.start_job(job="test.job", gap=GAP, now=now)
        jobs.finish_job(job="test.job", error="ValueError: no", now=now)

        jobs.finish_job(job="test.job", error="", now=now + GAP)

        assert Heartbeat.objects.get().last_error == ""


class TestScheduledTask:
    def test_a_failing_job_is_written_down_and_reported(self):
        @scheduled_task("test.failing")
        def failing(*, now):
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            current_app.tasks["test.failing"]()

        assert Heartbeat.objects.get(job="test.failing").last_error == "ValueError: no"

    def test_every_job_of_the_schedule_exists(self):
        app.loader.import_default_modules()

        assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)
