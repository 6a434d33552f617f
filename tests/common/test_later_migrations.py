"""After the initial migrations, none holds a lock on a growing table for as long as that table takes to read.

Expand, migrate, contract: a column is added nullable or with a database default, filled in slices, and removed one
release after the code that used it. Indexes are built and dropped concurrently; constraints are added NOT VALID and
validated by a migration of their own.
"""

import re
from contextlib import nullcontext
from functools import cache
from unittest import mock

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements

from apps.common.model_creation import CreateModels

INITIAL = ("0001_initial", "0002_database")
GROWING = {
    *("ledger_transfer", "ledger_entry", "ledger_hold"),
    *("wallets_grant", "wallets_consumption", "wallets_holdslice", "wallets_shortfall", "wallets_chargenet"),
    *("wallets_chargereversal", "wallets_daytotal"),
    *("usage_usageevent", "usage_usageposting", "usage_usageday", "usage_activecharacter"),
    *("vouchers_voucher", "vouchers_redemption"),
    *("payments_stripeevent", "payments_stripepayment", "outbox_outboxmessage", "idempotency_idempotentcall"),
    *("auditlog_logentry",),
}


def blocking(migration: Migration, state: ProjectState) -> list[str]:
    """Return the operations of a migration that block a growing table, by the linter's rules and ours."""
    outside = nullcontext() if migration.atomic else mock.patch.object(connection, "in_atomic_block", False)
    with outside, connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    statements = [line for line in editor.collected_sql if _is_on_growing(line)]
    errors, _, warnings = analyse_sql_statements(PostgresqlAnalyser, ["BEGIN;"] * migration.atomic + statements, [])
    found = [issue.message for issue in (*errors, *warnings)]
    return [f"{migration}: {each}" for each in found + [line for line in statements if _reads_all_rows(line)]]


def _is_on_growing(statement: str) -> bool:
    table = re.search(r'(?:TABLE|ON|UPDATE|FROM) "?(\w+)"?', statement)
    # Dropping an index names the index alone.
    return statement.startswith("DROP INDEX") or (table is not None and table[1] in GROWING)


def _reads_all_rows(statement: str) -> bool:
    """Whether an operation adds a constraint that is checked at once under its lock; the linter has no rule for it."""
    constraint = re.search(r"ADD CONSTRAINT \S+ (CHECK|FOREIGN KEY)", statement) and "NOT VALID" not in statement
    return bool(constraint or re.search(r"ADD COLUMN .* UNIQUE", statement))


def later_migrations(loader: MigrationLoader) -> list[Migration]:
    ours = (each for each in loader.disk_migrations.values() if each.__module__.startswith("apps."))
    return [each for each in ours if each.name not in INITIAL]


def made_of(*operations: Operation, atomic: bool = True) -> Migration:
    migration = Migration("example", "ledger")
    migration.operations, migration.atomic = list(operations), atomic
    return migration


def test_each_initial_migration_is_one_operation():
    """With one operation per constraint and trigger, migrating an empty database takes five times as long."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    ours = [each for each in loader.disk_migrations.values() if each.__module__.startswith("apps.")]
    initial = [each for each in ours if each.name == "0001_initial"]
    assert initial
    assert [str(each) for each in initial if [type(one) for one in each.operations] != [CreateModels]] == []


def test_growing_tables_exist():
    assert set(connection.introspection.django_table_names()) >= GROWING


@cache
def _ledger() -> ProjectState:
    """The ledger's models after their initial migrations; rendering those of all apps takes seconds."""
    return MigrationLoader(None, replace_migrations=False).project_state(("ledger", "0001_initial"))


@pytest.mark.django_db
def test_no_later_migration_blocks_a_growing_table():
    loader = MigrationLoader(connection)
    states = {
        each: loader.project_state((each.app_label, each.name), at_end=False) for each in later_migrations(loader)
    }
    assert [line for migration, state in states.items() for line in blocking(migration, state)] == []


POSITIVE = models.CheckConstraint(name="example_positive", condition=models.Q(amount_micros__gt=0))
BY_KIND = models.Index(fields=["kind"], name="example_by_kind")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddIndex("transfer", BY_KIND),
        migrations.RemoveIndex("transfer", "ledger_transfer_recorded"),
        migrations.AddField("transfer", "example", models.IntegerField(default=0), preserve_default=False),
        migrations.AddField("transfer", "example", models.IntegerField(null=True, unique=True)),
        migrations.AlterField("transfer", "amount_micros", models.DecimalField(max_digits=30, decimal_places=0)),
        migrations.AlterField("transfer", "effective_at", models.DateField(null=True)),
        migrations.RemoveField("transfer", "description"),
        migrations.RenameField("transfer", "description", "text"),
        migrations.AddConstraint("transfer", POSITIVE),
        migrations.AddConstraint("transfer", models.UniqueConstraint(fields=["fingerprint"], name="example_once")),
        migrations.DeleteModel("entry"),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_blocks_is_refused(operation):
    assert blocking(made_of(operation), _ledger().clone()) != []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("transfer", "example", models.IntegerField(null=True))],
        [migrations.AddField("transfer", "example", models.IntegerField(db_default=0))],
        [AddIndexConcurrently("transfer", BY_KIND)],
        [RemoveIndexConcurrently("transfer", "ledger_transfer_recorded")],
        [AddConstraintNotValid("transfer", POSITIVE), ValidateConstraint("transfer", "example_positive")],
        [migrations.CreateModel("example", [("id", models.BigAutoField(primary_key=True))])],
    ],
    ids=lambda operations: operations[0].describe(),
)
def test_what_does_not_block_is_let_through(operations):
    atomic = not any(getattr(each, "atomic", True) is False for each in operations)
    assert blocking(made_of(*operations, atomic=atomic), _ledger().clone()) == []
