"""Killing workers and the dispatcher with -9 at random points loses nothing and repeats nothing in the books."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apps.ledger.models import Entry
from apps.outbox.models import OutboxMessage
from apps.payments.models import CheckoutSession, Dispute, PaymentPart, Refund, StripeEvent, StripePayment
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.selectors import account_balances, wallet_figures
from tests.contracts.factories import offer
from tests.factories import create_organization
from tests.payments.desk import Desk
from tests.payments.test_contracts import subscribe
from tests.payments.test_top_ups import buy

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
WORKER = [sys.executable, "-m", "celery", "--quiet", "--app", "billing_site.celery", "worker", "--loglevel", "INFO"]
DISPATCHER = [sys.executable, "manage.py", "dispatch"]
TOP_UPS, KILLS, SECONDS_AT_MOST = 16, 10, 180


@pytest.fixture
def now() -> datetime:
    """The real time, because other processes use the machine's clock."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def environment(desk: Desk, tmp_path: Path) -> dict[str, str]:
    """What a process needs to work on the tests' database and to reach the local Stripe."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "VAR_DIR": str(tmp_path),
        "STRIPE_API_KEY": settings.STRIPE_API_KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "STRIPE_WEBHOOK_SECRETS": ",".join(settings.STRIPE_WEBHOOK_SECRETS),
        "PYTHONUNBUFFERED": "1",
    }


def live(desk: Desk, organization: Organization, name: str, now: datetime) -> None:
    """Let an organization buy, be refunded and dispute, and pay a contract; the same history for every name."""
    for number in range(TOP_UPS):
        desk.press(buy(organization, now, amount=1_000 + number, key=f"{name}:{number}"))
        if number % 3 == 0:
            desk.refund(100)
            desk.refund(100)
        if number % 6 == 1:
            desk.close_dispute(desk.dispute(), "won" if number % 12 == 1 else "lost")
    contract = offer(organization, now, now.date().isoformat(), frequency="quarterly", credit="900", credit_limit=3)
    url = subscribe(contract, now)
    desk.press(url, "part")
    desk.press(url)


def books(organization: Organization, now: datetime) -> dict[str, Any]:
    """Return everything that an organization's history left, without ids."""
    figures = wallet_figures(organization, now)
    mine = {"organization": organization}
    payments = StripePayment.objects.filter(**mine)
    role = {code_of(organization.pk, role): role for role in Role}
    entries = Entry.objects.filter(account__code__in=role).values_list(
        "account__code", "transfer__kind", "amount_micros"
    )
    return {
        "accounts": account_balances(organization),
        "wallet": (figures.balance_micros, figures.held_micros, figures.available_micros),
        "entries": Counter((role[code], kind, amount) for code, kind, amount in entries),
        "payments": Counter(payments.values_list("amount_micros", "refunded_micros", "disputed_micros")),
        "sessions": Counter(CheckoutSession.objects.filter(**mine).values_list("amount_micros", "state")),
        "parts": Counter(PaymentPart.objects.filter(payment__in=payments).values_list("amount_micros")),
        "refunds": Counter(Refund.objects.filter(payment__in=payments).values_list("amount_micros", "state")),
        "disputes": Counter(Dispute.objects.filter(payment__in=payments).values_list("amount_micros", "outcome")),
    }


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a process, and kill it at the end."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@contextmanager
def at_work(environment: dict[str, str]) -> Iterator[Iterator[str]]:
    """Run a dispatcher and a worker, and yield the worker's lines; both are killed with -9 at the end of the block."""
    with ExitStack() as stack:
        stack.enter_context(running(DISPATCHER, environment))
        worker = stack.enter_context(running(WORKER, environment))
        watch = threading.Timer(SECONDS_AT_MOST, worker.kill)
        watch.start()
        stack.callback(watch.cancel)
        assert worker.stdout is not None
        yield iter(worker.stdout)


def end_leases(now: datetime) -> None:
    """Make messages that a killed process held due now, instead of when their lease ends a minute later."""
    OutboxMessage.objects.filter(state="sent").update(next_send_at=now)


def unfinished() -> bool:
    waiting = StripeEvent.objects.filter(state="received").exists()
    return waiting or OutboxMessage.objects.filter(state__in=["pending", "sent"]).exists()


def work(environment: dict[str, str], now: datetime, enough: Callable[[int], bool]) -> None:
    """Work until enough tasks are done, then kill whatever runs."""
    end_leases(now)
    seen, done = [], 0
    with at_work(environment) as lines:
        for line in lines:
            seen.append(line)
            done += "task_succeeded" in line
            if done and enough(done):
                return
    pytest.fail("The worker ended before its work did:\n" + "".join(seen[-30:]))


def at_random(dice: Random) -> Callable[[int], bool]:
    """Return a function that is true at a random moment of the task that follows a random number of done tasks."""
    last, moment = dice.randint(1, 9), dice.uniform(0, 0.5)

    def enough(done: int) -> bool:
        if done < last:
            return False
        started = OutboxMessage.objects.filter(state="sent", started_at__isnull=False)
        for _ in range(2_000):
            if started.exists():
                return not threading.Event().wait(moment)
        return True

    return enough


def test_nothing_is_lost_and_nothing_is_doubled(desk: Desk, environment: dict[str, str], now: datetime) -> None:
    calm, killed = create_organization(now, "calm"), create_organization(now, "killed")
    live(desk, calm, "calm", now)
    desk.deliver()
    expected = books(calm, now)

    live(desk, killed, "killed", now)
    dice = Random(9)
    events = [event for event in desk.events() if event["id"] not in desk.delivered]
    dice.shuffle(events)
    for event in events:
        assert desk.post(event).status_code == 200
    for _ in range(KILLS):
        work(environment, now, at_random(dice))
    assert unfinished(), "the kills came too late to interrupt anything"
    work(environment, now, lambda done: not unfinished())

    assert not StripeEvent.objects.exclude(state__in=["handled", "ignored"]).exists()
    assert OutboxMessage.objects.filter(attempts__gt=1).exists(), "no task was interrupted and run again"
    assert books(killed, now) == expected
    for command in ("check_ledger", "check_contracts"):
        call_command(command, stdout=StringIO())
