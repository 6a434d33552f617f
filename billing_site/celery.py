"""The Celery application and the schedule of all periodic jobs.

When beat starts, the schedule is copied into the database (`billing_site.scheduler`): staff can see it and switch a job
off, which persists; the times are decided here. Jobs that must not run twice have a fixed time (crontab), so that two
schedulers started by mistake fire together and `scheduled_task` lets one through.
"""

import os
from typing import Any

import structlog
from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, import_modules, setup_logging
from django.core.exceptions import ImproperlyConfigured
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep

from billing_site.checks import refuse_to_start, wait_for_database

# The name in `apps.outbox.jobs`, whose models cannot be loaded before the settings.
HEARTBEAT = "outbox.heartbeat"
PARTITIONS = "usage.make_partitions"
# A separate queue, so that slow receivers of webhooks and slow mail servers delay no other task.
WEBHOOKS = "webhooks"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")

BEAT_SCHEDULE = {
    "close ended reservations": {"task": "wallets.close_reservations", "schedule": 10.0},
    "email budgets that were used up": {"task": "wallets.tell_budget_digests", "schedule": crontab(minute=1)},
    "close ended budget periods": {"task": "wallets.close_budget_periods", "schedule": crontab()},
    "post expiries": {"task": "wallets.expire", "schedule": crontab(minute="*/10")},
    "end old requests for approval": {"task": "approvals.expire", "schedule": crontab(minute=35)},
    "drop old counters of work": {"task": "wallets.drop_old_counters", "schedule": crontab(minute=20, hour=3)},
    "email saved views": {"task": "backoffice.mail_saved_views", "schedule": crontab(minute=0, hour=6)},
    "forget old sessions and sign-ins": {"task": "backoffice.forget_sign_ins", "schedule": crontab(minute=50)},
    "heartbeat": {"task": HEARTBEAT, "schedule": 15.0},
    "recalculate wallet totals": {"task": "wallets.take_checkpoints", "schedule": crontab(minute="*/10")},
    "chain the audit trail": {"task": "proofs.link_audit_trail", "schedule": crontab()},
    "seal the day that ended": {"task": "proofs.seal_day", "schedule": crontab(minute=5)},
    "verify changed accounts": {"task": "proofs.prove_moved", "schedule": crontab(minute="*/10")},
    "verify a thirtieth of the books": {"task": "proofs.prove_thirtieth", "schedule": crontab(minute=30, hour=2)},
    "purge done outbox messages": {"task": "outbox.purge_done", "schedule": crontab(minute=10, hour=3)},
    "purge idempotency keys": {"task": "idempotency.purge_calls", "schedule": crontab(minute=20)},
    "renew or expire contracts": {"task": "contracts.end_terms", "schedule": crontab(minute=5)},
    "announce installments that are due soon": {
        "task": "contracts.announce_installments",
        "schedule": crontab(minute=20, hour=7),
    },
    "mark overdue installments": {"task": "contracts.mark_overdue", "schedule": crontab(minute=15)},
    "recognize service revenue": {"task": "contracts.recognize_service_revenue", "schedule": crontab(minute=25)},
    "bill service agreements": {"task": "contracts.bill_service_agreements", "schedule": crontab(minute="*/10")},
    "match bank lines": {"task": "bank.match_lines", "schedule": crontab(minute="*/30")},
    "sweep Stripe's events": {"task": "payments.sweep_stripe_events", "schedule": crontab(minute="*/5")},
    "review automatic top-ups": {"task": "payments.review_top_ups", "schedule": crontab()},
    "announce cards that expire soon": {
        "task": "payments.announce_expiring_cards",
        "schedule": crontab(minute=25, hour=7),
    },
    "invoice due installments": {"task": "payments.invoice_due_installments", "schedule": crontab(minute=10)},
    "tax drafts for today": {"task": "invoices.refresh_dated_drafts", "schedule": crontab(minute=5)},
    "finalize invoices": {"task": "invoices.finalize_due", "schedule": crontab(minute=55)},
    "review debts from refunds and disputes": {"task": "payments.review_debts", "schedule": crontab(minute="*/5")},
    "book Stripe's fees and payouts": {"task": "payments.fetch_balance_hourly", "schedule": crontab(minute=50)},
    "compare with Stripe": {"task": "payments.reconcile", "schedule": crontab(minute=45, hour=4)},
    "chase overdue invoices": {"task": "dunning.run", "schedule": crontab(minute=30, hour=7)},
    "close settled dunning cases": {"task": "dunning.close_settled", "schedule": crontab(minute="*/10")},
    "grant included quota": {"task": "plans.grant_included_quota", "schedule": crontab(minute="*/5")},
    "close months": {"task": "usage.close_months", "schedule": crontab(minute=40)},
    "review alerts about units": {"task": "usage.review_unit_alerts", "schedule": crontab()},
    "check margins": {"task": "usage.check_margins", "schedule": crontab(minute=45)},
    "create usage event partitions": {"task": PARTITIONS, "schedule": crontab(minute=30, hour=1)},
    "review webhook endpoints": {"task": "notices.review_endpoints", "schedule": crontab(minute="*/5")},
    "purge old webhooks": {"task": "webhooks.purge", "schedule": crontab(minute=40, hour=3)},
    "collect balances": {"task": "snapshots.collect_balances", "schedule": crontab(minute=0, hour="*/3")},
    "collect costs": {"task": "snapshots.collect_costs", "schedule": crontab(minute=2, hour="*/3")},
}

app = Celery("billing")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
app.conf.task_routes = {"webhooks.send": {"queue": WEBHOOKS}, "mail.send": {"queue": WEBHOOKS}}
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_djangos_logging(**_: Any) -> None:
    """Keep Django's logging: Celery does not configure its own if this signal has a receiver."""


@import_modules.connect  # Worker and beat run this first after Django is set up.
def check_configuration(**_: Any) -> None:
    try:
        refuse_to_start()
    except ImproperlyConfigured as reason:
        raise SystemExit(str(reason)) from None  # Celery logs any other exception of a receiver and continues.
    wait_for_database()


@receiver(bind_extra_task_metadata)
def name_the_task(task: Any, **_: Any) -> None:
    """Add the task's name to every line that it logs."""
    structlog.contextvars.bind_contextvars(task=task.name)


@beat_init.connect
def beat_once_at_start(**_: Any) -> None:
    """Run the heartbeat once at start, so that /readyz need not wait for the first interval."""
    app.send_task(HEARTBEAT, ignore_result=True)
    app.send_task(PARTITIONS, ignore_result=True)
