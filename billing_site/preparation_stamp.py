"""Records in one row of a development database the files it was prepared from, to skip preparing it again.

Uses psycopg only, before Django is set up. Only `make run` creates this table.
"""

import psycopg

from billing_site import schema

MADE_OF = (*schema.MADE_OF, "apps/demo/**/*.py")


def is_current(connection: psycopg.Connection) -> bool:
    """Return whether the database was prepared from the current migrations, pins and demo modules."""
    known = connection.execute("SELECT to_regclass('public.development_stamp') IS NOT NULL").fetchone()
    if known != (True,):
        return False
    return connection.execute("SELECT sha256 FROM development_stamp").fetchone() == (schema.digest_of(MADE_OF),)


def write(connection: psycopg.Connection) -> None:
    """Record that the database was prepared from these files."""
    with connection.transaction():
        connection.execute(
            "CREATE TABLE IF NOT EXISTS development_stamp"
            " (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), sha256 text NOT NULL)"
        )
        connection.execute(
            "INSERT INTO development_stamp (sha256) VALUES (%s)"
            " ON CONFLICT (only_row) DO UPDATE SET sha256 = EXCLUDED.sha256",
            [schema.digest_of(MADE_OF)],
        )
