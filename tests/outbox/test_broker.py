"""Sending: over a broker of files, and towards brokers that refuse, or accept and say nothing."""

import socket

import pytest
from celery import Celery
from kombu import Connection

from apps.outbox.broker import Broker, BrokerUnreachable
from billing_site.broker import broker_options

ADDRESSES = ["amqp://127.0.0.1:{}//", "redis://127.0.0.1:{}/0"]


def broker_at(url: str, timeout_seconds: int = 600, **options: object) -> Broker:
    app = Celery("test", broker=url)
    app.conf.update(task_ignore_result=True, broker_transport_options=options)
    return Broker(app, timeout_seconds)


@pytest.fixture
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port():
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class TestSend:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_broker_that_refuses_is_reported_at_once(self, address, closed_port):
        with pytest.raises(BrokerUnreachable, match="refused"):
            broker_at(address.format(closed_port)).send("test.work", {})

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_silent_broker_is_given_up_on(self, address, silent_port):
        with pytest.raises(BrokerUnreachable, match="no answer in 1 s"):
            broker_at(address.format(silent_port), timeout_seconds=1).send("test.work", {})

    def test_a_message_becomes_a_file_that_a_worker_reads(self, tmp_path):
        options = broker_options("filesystem://", tmp_path)

        broker_at("filesystem://", **options).send("test.work", {"message_id": 1, "send": 1})

        assert len(list((tmp_path / "broker" / "queue").iterdir())) == 1

    def test_a_message_of_a_file_is_there_whole_or_not_at_all(self, tmp_path):
        options = broker_options("filesystem://", tmp_path)
        queue = tmp_path / "broker" / "queue"

        class Seen:
            """Looks at what a worker would find while its message is being written."""

            def __json__(self):
                return [path.name for path in queue.glob("*.msg")]

        with Connection("filesystem://", transport_options=options) as connection:
            channel = connection.channel()
            channel._put("work", {"seen": Seen()})
            assert channel._get("work") == {"seen": []}
        assert list(queue.iterdir()) == []

    def test_connects_anew_after_trouble(self, tmp_path):
        broker = broker_at("filesystem://", **broker_options("filesystem://", tmp_path))
        broker.send("test.work", {})
        broker.reset()

        broker.send("test.work", {})

        assert len(list((tmp_path / "broker" / "queue").iterdir())) == 2
