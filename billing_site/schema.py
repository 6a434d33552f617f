"""`schema.sql`: the database that `migrate` creates, as SQL that fills an empty database in two seconds.

It holds the tables and the rows that migrations write: applied migrations, content types, permissions, groups.
Development and tests load it; production migrates. `manage.py write_schema` writes it, and a test fails if it differs
from what `migrate` creates.
"""

import hashlib
import re
import subprocess
from pathlib import Path

import psycopg

from billing_site.embedded.postgres import binaries

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "billing_site" / "schema.sql"
# The inputs that determine the result of `migrate`. Migrations of other packages change only with the pins.
MADE_OF = ("apps/*/migrations/*.py", "apps/*/sql/*.sql", "apps/backoffice/roles.py", "requirements.txt")
OLDEST_SERVER = 180_000  # whose SQL pg_dump writes
HEADER = "-- Written by manage.py write_schema from the migrations and pins of SHA-256 "
MOMENT = re.compile(r"'20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00'")
# Lines that are not needed to load the file: psql's commands, comments, and settings.
SETTINGS = (
    "statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_encoding|"
    "standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security|default_tablespace|"
    "default_table_access_method"
)
DUMP_NOISE = re.compile(rf"^(?:\\|--|SET (?:{SETTINGS}) = |SELECT pg_catalog\.set_config\().*\n", re.MULTILINE)


def fingerprint() -> str:
    """Return the SHA-256 of the inputs that determine the result of `migrate`."""
    return digest_of(MADE_OF)


def digest_of(patterns: tuple[str, ...]) -> str:
    """Return the SHA-256 of the names and contents of the project's files that match one of the patterns."""
    digest = hashlib.sha256()
    for file in sorted({file for pattern in patterns for file in ROOT.glob(pattern)}):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def fill(connection: psycopg.Connection) -> bool:
    """Fill an empty database from the file, all or nothing.

    Returns False if it must be migrated instead: it is not empty, the file is of other migrations, or the server is
    older than the file's SQL.
    """
    text = FILE.read_text()
    is_current = text.startswith(f"{HEADER}{fingerprint()}\n")
    if not is_current or connection.info.server_version < OLDEST_SERVER or not _is_empty(connection):
        return False
    load(connection, text)
    return True


def load(connection: psycopg.Connection, text: str) -> None:
    """Run the statements of a dump, all or none."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off; " + text)


def dump(url: str) -> str:
    """Dump a migrated database as the text of the file; times become the time of loading."""
    command = [str(binaries() / "pg_dump"), "--no-owner", "--no-privileges", "--rows-per-insert=500", url]
    said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout  # noqa: S603
    statements = re.sub(r"\n{2,}", "\n\n", DUMP_NOISE.sub("", said)).strip()
    return f"{HEADER}{fingerprint()}\n\n{MOMENT.sub('now()', statements)}\n"


def _is_empty(connection: psycopg.Connection) -> bool:
    tables = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'"
    return connection.execute(tables).fetchone() == (0,)
