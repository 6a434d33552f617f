"""The gateway of `examples/` over HTTP, against the Procfile's web server, whose workers are killed with -9.

A wallet with credit for ten calls admits ten of 64 clients. After ten minutes of mixed traffic, the books show no hold
without a live reservation and no charge without a served call.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from random import Random
from threading import Barrier
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from apps.common.money import to_micros
from apps.ledger.models import Hold
from apps.usage.models import UsageEvent
from apps.wallets.selectors import wallet_figures
from apps.wallets.services import expire_reservations
from billing_site.supervision import commands
from examples.gateway import Billing, serve
from tests.api.callers import key_of
from tests.billing_site.test_slow_bodies import wait_until_up
from tests.factories import create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import assert_proven, put_budget

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[3]
SECONDS, CLIENTS, TTL_SECONDS = 600, 8, 15
CALLS_BETWEEN_KILLS = 500
# Seconds for which a caller tries again: on a busy machine a worker takes long to restart.
PATIENCE_SECONDS = 120


@pytest.fixture
def now() -> datetime:
    """The real time, because other processes use the machine's clock."""
    return datetime.now(UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator["tuple[str, subprocess.Popen[bytes]]"]:
    """The web server of the Procfile with two workers, on the tests' database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "DATABASE_URL": url, "PORT": str(port), "WEB_WORKERS": "2", "PATH": path}
    command = commands((ROOT / "Procfile").read_text())["web"]
    with (tmp_path / "web.log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", command], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_until_up(process, port)
            yield f"http://127.0.0.1:{port}", process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def test_a_wallet_for_ten_admits_ten_of_64_clients(server, now):
    acme = create_organization(now)
    create_grant(acme, "10", now)
    billing, start = Billing(server[0], key_of(acme, "reservations:write")), Barrier(64)

    def ask(number: int) -> int:
        start.wait()
        return billing.post("reservations", {"amount": 1}, f"call-{number}")[0]

    with ThreadPoolExecutor(64) as clients:
        assert Counter(clients.map(ask, range(64))) == {201: 10, 402: 54}
    assert (Hold.objects.count(), wallet_figures(acme, now).available_micros) == (10, 0)


def test_ten_minutes_of_mixed_traffic_with_killed_workers_leak_nothing(server, now, monkeypatch):
    monkeypatch.setattr("examples.gateway.TRIES", PATIENCE_SECONDS)
    address, process = server
    acme = create_organization(now)
    create_grant(acme, "100000", now)
    price(make_meter("chat"), input_micros_per_million=1_250_000, output_micros_per_million=10_000_000)
    put_budget(acme, "day", "90000", now)
    put_budget(acme, "each", "50000", now, scope={"user": "*"})
    billing = Billing(address, key_of(acme, "reservations:write", "usage:write"))
    end = time.monotonic() + SECONDS
    answered: SimpleQueue[bool] = SimpleQueue()  # True for each answered call, False for each client that has finished

    def traffic(client: int) -> Counter[str]:
        dice, ends = Random(client), Counter[str]()
        while time.monotonic() < end:
            ends[one_call(billing, dice)] += 1
            answered.put(True)
        answered.put(False)
        return ends

    with ThreadPoolExecutor(CLIENTS) as clients:
        running = [clients.submit(traffic, client) for client in range(CLIENTS)]
        kills = kill_workers(process.pid, answered)
        ends = sum((each.result() for each in running), Counter())
    print(f"{sum(ends.values())} calls in {SECONDS} s, {kills} workers killed: {dict(ends.most_common())}")  # noqa: T201
    assert set(ends) == {"served", "captured", "released", "left"}
    charged = Hold.objects.aggregate(sum=Sum("captured_micros"))["sum"]
    later = datetime.now(UTC) + timedelta(minutes=2)
    assert wallet_figures(acme, later).available_micros == to_micros("100000") - charged
    expire_reservations(now=later)
    states = Counter(Hold.objects.values_list("status", flat=True))
    assert (states["pending"], states["expired"]) == (0, ends["left"])
    assert states["captured"] == ends["served"] + ends["captured"]
    assert UsageEvent.objects.count() == ends["served"]
    assert_proven()
    call_command("check_ledger")


def one_call(billing: Billing, dice: Random) -> str:
    """Make a random call, and return its outcome."""
    kind = dice.choice(["served", "served", "captured", "released", "left"])
    if kind == "served":
        return serve(billing, "chat", "small")[0]
    body = {"amount": 2, "ttlSeconds": TTL_SECONDS, "dimensions": {"user": f"u{dice.randrange(50)}"}}
    status, hold = billing.post("reservations", body, str(uuid4()))
    if status != 201 or kind == "left":
        return kind if status == 201 else f"reservation answered {status}: {hold.get('detail')}"
    path, sent = ("release", {}) if kind == "released" else ("capture", {"amount": dice.choice(["0.5", "2"])})
    status, answer = billing.post(f"reservations/{hold['id']}/{path}", sent)
    return kind if status == 200 else f"{path} answered {status}: {answer.get('detail')}"


def kill_workers(server: int, answered: "SimpleQueue[bool]") -> int:
    """Kill one worker of the server after every few calls until the traffic ends; return how many were killed."""
    kills, dice = 0, Random(0)
    calls = iter(partial(answered.get, timeout=PATIENCE_SECONDS), False)
    for number, _ in enumerate(calls, 1):
        if number % CALLS_BETWEEN_KILLS == 0:
            workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
            os.kill(int(dice.choice(workers)), signal.SIGKILL)
            kills += 1
    return kills
