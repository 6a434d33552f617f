"""The place of a run: its own PostgreSQL and web servers, with their own folder and ports."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.kit.client import Connection, request
from benchmarks.kit.processor import Clock, ClockSum, ProcessTree, ThisProcess
from billing_site import schema
from billing_site.embedded.postgres import Cluster
from billing_site.supervision import commands

ROOT = Path(__file__).resolve().parents[2]
STRIPE_SECRET = "whsec_benchmark"
THREADS = 8
PRODUCT = "billing_site.asgi:application"
BARE = (
    "exec granian --interface wsgi --http 1 --host 127.0.0.1 --port ${PORT} --workers ${WEB_WORKERS:-1} "
    "--blocking-threads ${WEB_THREADS} --no-ws --log-level error benchmarks.bare:application"
)
# Settings that affect durability are unchanged: fsync, full_page_writes and synchronous_commit stay on.
POSTGRES = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "200"}
START_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server."""

    port: int
    tree: ProcessTree

    def connect(self) -> Connection:
        """Open a new connection."""
        return Connection(self.port)


@dataclass(frozen=True, slots=True)
class BenchmarkDatabase:
    """A running PostgreSQL with the product's tables, and the environment of processes that use it."""

    folder: Path
    cluster: Cluster
    postgres: ProcessTree
    environment: Mapping[str, str]

    def raw_connection(self, database: str = "billing") -> psycopg.Connection:
        """Connect without Django, in autocommit; every statement is prepared at its first run."""
        connection = psycopg.connect(self.cluster.url(database), autocommit=True)
        connection.prepare_threshold = 0
        return connection

    def own_work(self) -> Clock:
        """Return the clock of this process and the database."""
        return ClockSum((ThisProcess(), self.postgres))

    def work_of(self, server: Server) -> Clock:
        """Return the clock of a web server and the database."""
        return ClockSum((server.tree, self.postgres))

    def make_database(self, name: str) -> Mapping[str, str]:
        """Create another database with the product's tables; return the environment of processes that use it."""
        with self.raw_connection("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        _fill(self.cluster.url(name), {**self.environment, "DATABASE_URL": self.cluster.url(name)})
        return {**self.environment, "DATABASE_URL": self.cluster.url(name)}

    def set_commit_delay(self, microseconds: int) -> None:
        """Delay every commit, as on a network disk; 0 removes the delay."""
        with self.raw_connection("postgres") as connection:
            connection.execute(f"ALTER SYSTEM SET commit_delay = {microseconds}")
            connection.execute("ALTER SYSTEM SET commit_siblings = 0")
            connection.execute("SELECT pg_reload_conf()")

    @contextmanager
    def product(self, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
        """Serve the product as the Procfile does, with the benchmarks' own views added."""
        command = commands((ROOT / "Procfile").read_text())["web"]
        assert PRODUCT in command, command
        with self._serve(command.replace(PRODUCT, "benchmarks.product:application"), "/healthz", environment) as server:
            yield server

    @contextmanager
    def bare(self, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
        """Serve an empty view of Django REST framework, without database and middleware."""
        with self._serve(BARE, "/benchmark/empty", environment) as server:
            yield server

    def run(self, module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> str:
        """Run one of our modules in a separate process, and return its output."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        given = {**(environment or self.environment), "LOG_LEVEL": "ERROR"}
        return subprocess.run(command, cwd=ROOT, env=given, check=True, stdout=subprocess.PIPE, text=True).stdout

    @contextmanager
    def _serve(self, command: str, page: str, environment: Mapping[str, str] | None) -> Iterator[Server]:
        port = _free_port()
        given = {**(environment or self.environment), "PORT": str(port)}
        with (self.folder / "web.log").open("ab") as log:
            process = subprocess.Popen(["/bin/sh", "-c", command], cwd=ROOT, env=given, stdout=log, stderr=log)
        try:
            _wait_for(process, port, page, self.folder / "web.log")
            yield Server(port, ProcessTree(process.pid))
        finally:
            process.terminate()
            process.wait()


@contextmanager
def started() -> Iterator[BenchmarkDatabase]:
    """Start PostgreSQL, create the product's tables, and set Django up in this process.

    Remove everything at the end.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the blocks below stop the servers
    folder = Path(tempfile.mkdtemp(prefix="billing-benchmark-"))
    folder.chmod(0o755)  # for root, PostgreSQL runs as another user, who needs access
    cluster = Cluster(folder)
    try:
        server = cluster.start(POSTGRES)
        try:
            environment = _environment(folder, cluster.url())
            _fill(cluster.url(), environment)
            _set_django_up(environment)
            yield BenchmarkDatabase(folder, cluster, ProcessTree(server.pid), environment)
        finally:
            cluster.stop(server)
    finally:
        for each in {folder, cluster.data.parent}:  # the data is elsewhere if its owner cannot enter the folder
            shutil.rmtree(each, ignore_errors=True)


def _environment(folder: Path, url: str) -> dict[str, str]:
    """Return the settings of a deployment, but without rate limits, and with development's token issuer."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | {
        "PATH": path,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "billing_site.settings",
        "DEVELOPMENT": "1",
        "VAR_DIR": str(folder),
        "SECRET_KEY": "benchmarks-only-" + "k" * 50,
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "WEB_THREADS": str(THREADS),
        "HOST": "127.0.0.1",
        "LOG_STYLE": "json",
        "LOG_LEVEL": "INFO",
        "CELERY_BROKER_URL": "redis://127.0.0.1:9/0",  # no broker runs there; the web server must not need one
        "STRIPE_API_KEY": "sk_test_benchmark",
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        "STRIPE_WEBHOOK_SECRETS": STRIPE_SECRET,
        "API_RATE_PER_CREDENTIAL": "0",
        "API_RATE_PER_ORGANIZATION": "0",
        "API_RATE_PER_ADDRESS": "0",
        "API_WRONG_CREDENTIALS_PER_ADDRESS": "0",
    }


def _fill(url: str, environment: Mapping[str, str]) -> None:
    with psycopg.connect(url) as connection:
        is_filled = schema.fill(connection)
    if not is_filled:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=dict(environment), check=True)


def _set_django_up(environment: Mapping[str, str]) -> None:
    os.environ.update(environment, LOG_LEVEL="ERROR")
    import django

    django.setup()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _wait_for(process: "subprocess.Popen[bytes]", port: int, page: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = Connection(port)
        except OSError:
            time.sleep(0.1)
            continue
        connection.ask(request("GET", page))
        connection.close()
        return
    raise TimeoutError(f"a web server did not start:\n{log.read_text()[-3_000:]}")
