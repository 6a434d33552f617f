"""Sending over a real broker, and to brokers that refuse or do not respond; the dispatcher's command."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from celery import Celery
from django.core.management import call_command
from django.utils import timezone
from kombu import Connection

from apps.outbox import services
from apps.outbox.broker import Broker, BrokerUnreachable
from billing_site.broker import broker_options
from billing_site.embedded.broker import broker_url

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ["amqp://127.0.0.1:{}//", "redis://127.0.0.1:{}/0"]


def broker_at(url: str, timeout_seconds: int = 600, **options: object) -> Broker:
    app = Celery("test", broker=url)
    app.conf.update(task_ignore_result=True, broker_transport_options=options)
    return Broker(app, timeout_seconds)


@pytest.fixture
def silent_port():
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port():
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def embedded_broker(tmp_path):
    """The URL of a broker as `make run` starts it."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path)}
    server = subprocess.Popen([sys.executable, "-m", "billing_site.embedded.broker"], cwd=ROOT, env=environment)
    url = broker_url(tmp_path)
    with Connection(url) as connection:
        connection.ensure_connection(max_retries=100, interval_start=0.1, interval_max=0.1)
    yield url
    server.terminate()
    assert server.wait(timeout=10) == 0
    Path(url.removeprefix("redis+socket://")).parent.rmdir()


class TestSend:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_broker_that_refuses_is_reported_at_once(self, address, closed_port):
        with pytest.raises(BrokerUnreachable, match="refused"):
            broker_at(address.format(closed_port)).send("test.work", {})

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_silent_broker_is_given_up_on(self, address, silent_port):
        with pytest.raises(BrokerUnreachable, match="no answer in 1 s"):
            broker_at(address.format(silent_port), timeout_seconds=1).send("test.work", {})

    def test_a_message_reaches_the_queue_again_after_trouble(self, embedded_broker):
        broker = broker_at(embedded_broker, **broker_options(embedded_broker))
        broker.send("test.work", {"message_id": 1, "send": 1})
        broker.reset()

        broker.send("test.work", {"message_id": 2, "send": 1})

        with Connection(embedded_broker) as connection:
            queue = connection.SimpleQueue("celery")
            numbers = [queue.get(timeout=5).payload[1]["message_id"] for _ in range(2)]
        assert numbers == [1, 2]


@pytest.fixture
def signals_kept():
    """The handlers of the signals that end a process, put back after the test."""
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("signals_kept")
def test_the_command_sends_committed_messages_until_it_is_told_to_stop(embedded_broker, settings):
    settings.CELERY_BROKER_URL = embedded_broker
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(embedded_broker)
    services.enqueue("test.work", now=timezone.now())
    received = []

    def receive_and_stop():
        try:
            with Connection(embedded_broker) as connection:
                received.append(connection.SimpleQueue("celery").get(timeout=30).headers["task"])
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    receiver = threading.Thread(target=receive_and_stop)
    receiver.start()
    call_command("dispatch")
    receiver.join()

    assert received == ["test.work"]
