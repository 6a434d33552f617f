"""What a development database was last prepared from, as one row in it: where it is equal, nothing is to be done.

The row is read and written by psycopg alone, before Django is set up. Only `make run` has this table.
"""

import hashlib
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# The migrations of other packages change with the pins.
MADE_OF = ("apps/*/migrations/*.py", "apps/demo/**/*.py", "billing_site/schema.sql", "requirements.txt")


def fingerprint() -> str:
    """Return the SHA-256 of the migrations, the pins and the demo's modules, with their names."""
    digest = hashlib.sha256()
    for file in sorted({file for pattern in MADE_OF for file in ROOT.glob(pattern)}):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(connection: psycopg.Connection) -> bool:
    """Say whether the database was prepared from these very files."""
    known = connection.execute("SELECT to_regclass('public.development_stamp') IS NOT NULL").fetchone()
    if known != (True,):
        return False
    return connection.execute("SELECT sha256 FROM development_stamp").fetchone() == (fingerprint(),)


def write(connection: psycopg.Connection) -> None:
    """Note that the database is prepared from these files."""
    with connection.transaction():
        connection.execute(
            "CREATE TABLE IF NOT EXISTS development_stamp"
            " (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), sha256 text NOT NULL)"
        )
        connection.execute(
            "INSERT INTO development_stamp (sha256) VALUES (%s)"
            " ON CONFLICT (only_row) DO UPDATE SET sha256 = EXCLUDED.sha256",
            [fingerprint()],
        )
