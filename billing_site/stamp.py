"""What a development database was last prepared from, as one row in it: where it is equal, nothing is to be done.

The row is read and written by psycopg alone, before Django is set up. Only `make run` has this table.
"""

import psycopg

from billing_site import schema

MADE_OF = (*schema.MADE_OF, "apps/demo/**/*.py")


def is_current(connection: psycopg.Connection) -> bool:
    """Say whether the database was prepared from these very migrations, pins and modules of the demo."""
    known = connection.execute("SELECT to_regclass('public.development_stamp') IS NOT NULL").fetchone()
    if known != (True,):
        return False
    return connection.execute("SELECT sha256 FROM development_stamp").fetchone() == (schema.digest_of(MADE_OF),)


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
            [schema.digest_of(MADE_OF)],
        )
