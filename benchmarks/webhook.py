"""How fast the receiver of webhooks answers, while the broker works, refuses, and says nothing.

    python -m benchmarks.webhook [--events 300] [--threads 4]

A web server of its own for each broker takes signed events over connections that stay open; each is stored with the
request to apply it before it is answered. The goals are 2xx for all, 99 of 100 within 500 ms, and that the broker's
state does not show.
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from benchmarks.environment import prepare

GOAL_MS = 500
SECRET = "whsec_benchmark"
SERVER = "granian --interface wsgi --host 127.0.0.1 --workers 1 --blocking-threads 4 --no-ws --log-level error --port"


def main() -> None:
    asked = _arguments()
    prepare()
    from apps.payments.models import StripeEvent

    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as refusing:
        ports = {"says nothing": silent.getsockname()[1], "refuses": refusing.getsockname()[1]}
        refusing.close()
        brokers = {"works": "filesystem://"} | {name: f"redis://127.0.0.1:{port}/0" for name, port in ports.items()}
        print(f"\n{'the broker':14}{'events/s':>10}{'p50 ms':>8}{'p99 ms':>8}")
        slow = [name for name, url in brokers.items() if _measure(name, url, asked) > GOAL_MS]
    assert StripeEvent.objects.count() == asked.events * len(brokers)
    sys.exit(bool(slow))


def _measure(name: str, broker: str, asked: argparse.Namespace) -> float:
    bodies = [_event(f"evt_{name.replace(' ', '_')}_{number}") for number in range(asked.events)]
    parts = [bodies[start :: asked.threads] for start in range(asked.threads)]
    with _server(broker) as port, ThreadPoolExecutor(asked.threads) as pool:
        _deliver(port, [_event(f"evt_{name.replace(' ', '_')}_0")])
        started = time.perf_counter()
        times = [each for part in pool.map(lambda part: _deliver(port, part), parts) for each in part]
        rate = len(times) / (time.perf_counter() - started)
    p99 = statistics.quantiles(times, n=100)[98]
    print(f"{name:14}{rate:10,.0f}{statistics.median(times):8.1f}{p99:8.1f}")
    return p99


@contextmanager
def _server(broker: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    settings = {"CELERY_BROKER_URL": broker, "STRIPE_WEBHOOK_SECRETS": SECRET, "STRIPE_API_KEY": "sk_test_benchmark"}
    command = [*SERVER.split(), str(port), "billing_site.wsgi:application"]
    process = subprocess.Popen(command, env=os.environ | settings | {"ALLOWED_HOSTS": "127.0.0.1"})
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server did not start")


def _deliver(port: int, bodies: list[bytes]) -> list[float]:
    """Send events over one connection; return the milliseconds of each answer."""
    connection, times = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    for body in bodies:
        started, stamp = time.perf_counter(), str(int(time.time()))
        signature = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Stripe-Signature": f"t={stamp},v1={signature}", "Content-Type": "application/json"}
        connection.request("POST", "/webhooks/stripe", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text)
        times.append((time.perf_counter() - started) * 1_000)
    connection.close()
    return times


def _event(event_id: str) -> bytes:
    subject = {"id": f"cs_{event_id}", "object": "checkout.session", "payment_status": "paid", "metadata": {"x": "y"}}
    event = {
        "id": event_id,
        "object": "event",
        "type": "checkout.session.completed",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": subject | {"padding": "x" * 2_000}},
    }
    return json.dumps(event).encode()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--threads", type=int, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
