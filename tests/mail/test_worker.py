"""An email from its commit to a mail server: by dispatcher, broker and worker, each a process of the Procfile."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pytest
from django.db import connection

from apps.mail.models import MailMessage
from billing_site.supervision import commands
from tests.mail.test_delivery import SMTP, alert, server  # noqa: F401 (fixtures)
from tests.outbox.test_broker import embedded_broker  # noqa: F401 (fixture)

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


@pytest.fixture
def now() -> datetime:
    """The real time, because other processes use the machine's clock."""
    return datetime.now(UTC)


@contextmanager
def running(name: str, environment: dict[str, str]):
    """Run a process of the Procfile; at the end it finishes its work."""
    command = commands((ROOT / "Procfile").read_text())[name]
    process = subprocess.Popen(["/bin/sh", "-c", command], cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)


def test_a_mail_reaches_the_server_through_a_worker(server, alert, embedded_broker, settings, monkeypatch):  # noqa: F811
    arrived, receive = Event(), type(server).handle_DATA

    async def handle(self, *given):
        answer = await receive(self, *given)
        arrived.set()
        return answer

    monkeypatch.setattr(type(server), "handle_DATA", handle)
    alert("ada@acme.test")
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": embedded_broker,
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(settings.EMAIL_PORT),
        "EMAIL_USE_TLS": "0",
    }
    with ExitStack() as processes:
        for name in ("worker", "dispatcher"):
            processes.enter_context(running(name, environment))
        assert arrived.wait(SECONDS)
    (letter,) = server.received
    sent = MailMessage.objects.get()
    assert (letter["To"], sent.state, sent.provider_id) == ("ada@acme.test", "sent", letter["Message-ID"])
