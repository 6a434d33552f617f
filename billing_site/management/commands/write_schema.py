"""`manage.py write_schema`: rewrite `schema.sql` after a migration was added or changed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand

from billing_site import schema


class Command(BaseCommand):
    help = (
        "Migrate an empty database and dump it as billing_site/schema.sql, from which development databases are filled."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        schema.FILE.write_text(migrated_schema())
        self.stdout.write(f"{schema.FILE.relative_to(schema.ROOT)} is written.")


def migrated_schema() -> str:
    """Migrate a new database on the same server, and return its dump as the text of the file.

    The dump is loaded and dumped again, because PostgreSQL rewrites some expressions the first time only.
    """
    with empty_database("migrated") as migrated, empty_database("loaded") as loaded:
        environment = {**os.environ, "DATABASE_URL": migrated}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=schema.ROOT, env=environment, check=True)
        with psycopg.connect(loaded, autocommit=True) as connection:
            schema.load(connection, schema.dump(migrated))
        return schema.dump(loaded)


@contextmanager
def empty_database(purpose: str) -> Iterator[str]:
    """Yield the URL of a temporary empty database."""
    name = f"schema_{purpose}_{os.getpid()}"
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
