"""The environment every test runs in, set before Django reads its settings (loaded with `-p tests.environment`).

The tests run on PostgreSQL: on the server of `TEST_DATABASE_URL`, or on an embedded one started for this run. One
database is filled from `schema.sql`, or migrated if that file is out of date, and each process copies it. The
embedded cluster with that database is kept under `var/` until a migration changes.
"""

import atexit
import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from billing_site import schema
from billing_site.embedded.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
TEMPORARY = Path(tempfile.mkdtemp(prefix="billing-tests-"))
TEMPORARY.chmod(0o755)
atexit.register(shutil.rmtree, TEMPORARY, ignore_errors=True)


def _keep_bytecode() -> None:
    """Keep compiled bytecode under `var/`, even if PYTHONDONTWRITEBYTECODE is set, for this process and its children.

    Otherwise each of a run's dozens of processes spends seconds compiling Django, hypothesis and the tests.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(ROOT / "var" / "bytecode")
        sys.dont_write_bytecode = False


_keep_bytecode()
gc.disable()  # until all tests are collected: what is imported and collected stays

# A test cluster need not survive a power cut, nor gather statistics in the background.
TEST_SERVER = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
LONG_SECONDS = 3_600


def _prepare_database() -> str:
    """Return the URL of a migrated database without connections."""
    given = os.environ.get("TEST_DATABASE_URL")
    return _migrated_on(given) if given else _migrated_cluster()


def _migrated_on(server: str) -> str:
    name = f"test_billing_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    atexit.register(_drop, server, name)
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    _migrate(url)
    return url


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrated_cluster() -> str:
    cluster = Cluster(TEMPORARY)
    made_of = schema.digest_of((*schema.MADE_OF, "billing_site/schema.sql"))
    kept = ROOT / "var" / f"test-cluster-{made_of[:16]}"
    if not kept.is_dir():
        with cluster.running(TEST_SERVER):
            _migrate(cluster.url())
        _keep(cluster, kept)
    else:
        _copy(kept / "postgres", cluster.data)
        _copy(kept / "postgres_password", TEMPORARY)
    atexit.register(cluster.stop, cluster.start({**TEST_SERVER, "max_connections": "300"}))
    return cluster.url()


def _keep(cluster: Cluster, kept: Path) -> None:
    """Keep a stopped cluster for the next runs, and drop that of the previous schema."""
    kept.parent.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=kept.parent, prefix="test-draft-"))
    _copy(cluster.data, draft / "postgres")
    _copy(TEMPORARY / "postgres_password", draft)
    for older in kept.parent.glob("test-cluster-*"):
        shutil.rmtree(older, ignore_errors=True)
    try:
        draft.rename(kept)
    except OSError:  # another run kept it first
        shutil.rmtree(draft)


def _copy(source: Path, destination: Path) -> None:
    """Copy with owners and modes, which PostgreSQL requires."""
    subprocess.run(["cp", "-a", str(source), str(destination)], check=True)


def _migrate(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if schema.fill(connection):
            return
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


os.environ.update(
    DEVELOPMENT="1",
    VAR_DIR=str(TEMPORARY),
    SECRET_KEY="tests-only-" + "k" * 50,
    PUBLIC_BASE_URL="https://billing.example",
    DATABASE_LOCK_SECONDS="60",  # so that no test fails because the machine is busy
    DATABASE_IDLE_SECONDS="60",
    API_RATE_PER_CREDENTIAL="0",
    API_RATE_PER_ORGANIZATION="0",
    API_RATE_PER_ADDRESS="0",
    API_WRONG_CREDENTIALS_PER_ADDRESS="0",
    CORS_ALLOWED_ORIGINS="https://app.example",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost,billing.example",
)
if "PYTEST_XDIST_WORKER" not in os.environ:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `atexit` stops the server, too
    os.environ["DATABASE_URL"] = _prepare_database()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip test modules whose packages are not installed, and the browser's unless requested."""
    unasked = "not browser" in config.option.markexpr and collection_path.match("tests/browser")
    no_archive = collection_path.match("tests/usage/test_archive.py") and find_spec("pyarrow") is None
    no_pooler = collection_path.match("tests/billing_site/test_pooler.py") and shutil.which("pgbouncer") is None
    return True if unasked or no_archive or no_pooler else None


def pytest_collection_finish() -> None:
    """Exclude imported modules and collected tests from garbage collection; collect rarely, as most is freed anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests an hour; all others have the limit of pyproject.toml."""
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(LONG_SECONDS))
