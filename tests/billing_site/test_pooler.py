"""Everything behind PgBouncer in transaction mode: many clients share two of the server's connections.

Each transaction may meet another one of them, so nothing may be left on a connection, or be expected there.
"""

import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Timer

import pytest
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.test import Client

from apps.ledger.models import Account, Book, Hold
from apps.usage.models import UsageEvent
from apps.wallets.accounts import Role, code_of
from apps.wallets.errors import BudgetExceeded
from tests.api.callers import as_bearer, as_header, key_of, session_of
from tests.billing_site.test_processes import lines_until
from tests.factories import capture, charge, create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.factories import send, several

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, SHARED = 8, 2
CONFIGURATION = """
[databases]
{name} = host={host} port={port} user={user} password={password}
[pgbouncer]
pool_mode = transaction
default_pool_size = {shared}
max_client_conn = 200
listen_addr = 127.0.0.1
listen_port = {listens}
unix_socket_dir =
auth_type = any
log_connections = 0
log_disconnections = 0
log_stats = 0
pidfile = {folder}/pid
"""


@pytest.fixture
def _pooled(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """Connect through PgBouncer, with the settings of DATABASE_POOLER=1."""
    direct = dict(connection.settings_dict)
    host = direct["HOST"] or direct["OPTIONS"].get("host", "")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    text = CONFIGURATION.format(
        name=direct["NAME"],
        host=host,
        port=direct["PORT"] or 5432,
        user=direct["USER"],
        password=direct["PASSWORD"],
        shared=SHARED,
        listens=port,
        folder=tmp_path,
    )
    (tmp_path / "pgbouncer.ini").write_text(text)
    command = [*as_owner_of(Path(host), tmp_path), str(tmp_path / "pgbouncer.ini")]
    pooler = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        wait_for(pooler)
        connection.close()
        pooled = {"HOST": "127.0.0.1", "PORT": str(port), "DISABLE_SERVER_SIDE_CURSORS": True}
        pooled["OPTIONS"] = {"prepare_threshold": None}
        connection.settings_dict.update(pooled)
        yield
    finally:
        connection.close()
        connection.settings_dict.update(direct)
        pooler.terminate()
        pooler.communicate(timeout=30)


def as_owner_of(sockets: Path, folder: Path) -> list[str]:
    """Return the command to run as the owner of the server's socket folder, because root may not run it."""
    if os.geteuid() != 0:
        return ["pgbouncer"]
    owner = sockets.owner() if sockets.is_absolute() else "nobody"
    for each in (folder, *folder.parents):
        if each.owner() == "root" and each != Path("/tmp") and each != Path("/"):
            each.chmod(0o755)
    folder.chmod(0o777)
    return ["pgbouncer", "-u", owner]


def wait_for(pooler: "subprocess.Popen[str]") -> None:
    """Read PgBouncer's log until it is up, for at most half a minute."""
    deadline = Timer(30, pooler.kill)
    deadline.start()
    try:
        lines_until(pooler, "process up")
    finally:
        deadline.cancel()


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("_pooled")
class TestBehindAPooler:
    def test_movements_of_many_clients_are_exact(self, now: datetime) -> None:
        """Eight clients at once on three books: each movement is posted once, and never more than the credit."""
        customers = [create_organization(now, f"customer-{number}") for number in range(3)]
        for each in customers:
            create_grant(each, "10", now)

        def work(client: int) -> tuple[set[int], int]:
            met, admitted = set(), 0
            try:
                for turn in range(6):
                    customer = customers[(client + turn) % 3]
                    met.add(backend())
                    charge(customer, "0.25", now, key=f"{client}-{turn}")
                    try:
                        hold = reserve(customer, "1", now, key=f"{client}-{turn}")
                    except BudgetExceeded:
                        continue
                    admitted += 1
                    capture(customer, hold.pk, "1", now)
                return met, admitted
            finally:
                connection.close()

        with ThreadPoolExecutor(CLIENTS) as clients:
            done = list(clients.map(work, range(CLIENTS)))

        assert len(set().union(*(met for met, _ in done))) == SHARED
        assert any(len(met) == SHARED for met, _ in done)
        assert sum(admitted for _, admitted in done) == Hold.objects.filter(status="captured").count()
        charged = CLIENTS * 6 * 250_000 + 1_000_000 * sum(admitted for _, admitted in done)
        wallets = Account.objects.filter(code__in=[code_of(each.pk, Role.WALLET) for each in customers])
        assert sum(wallets.values_list("balance_micros", flat=True)) == 30_000_000 - charged

    def test_answers_intake_and_commands_work(self, now: datetime, capsys: pytest.CaptureFixture[str]) -> None:
        acme = create_organization(now)
        create_grant(acme, "10", now)
        price(make_meter(), micros_per_million=1_000_000)
        person = Client(headers=as_bearer(session_of(acme)))
        sender = Client(headers=as_header(key_of(acme, "usage:write")))
        for path in ("/v1/billing/organization/summary", "/api/v1/org/ledger"):
            close_old_connections()
            assert person.get(path).status_code == 200, path
        answer = sender.post("/v1/usage/events", [{"specversion": "1.0"}], content_type="application/json")
        assert answer.status_code == 200
        assert send(acme, now, *several(50, quantity=1)).accepted == 50
        assert send(acme, now, *several(50, quantity=1)).duplicate == 50
        assert UsageEvent.objects.count() == 50
        for command in ("check_ledger", "check_usage", "check_contracts", "check_payments"):
            call_command(command)
        call_command("export_ledger", format="csv")
        assert "Usage" in capsys.readouterr().out

    def test_a_lost_connection_of_the_pooler_is_opened_anew(self, now: datetime) -> None:
        acme = create_organization(now)
        create_grant(acme, "10", now)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        charge(acme, "1", now)
        assert Book.objects.get(pk=acme.pk).number == 2
