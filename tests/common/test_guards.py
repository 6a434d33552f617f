"""What the database itself refuses is still there after all migrations."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.common.append_only import AppendOnly
from apps.common.fixed_columns import FixedColumns
from apps.common.refusing import Refuse

# Triggers of migrations that wrote them by hand.
APPROVALS = ["starts_pending", "facts", "ends_once", "agreed_stays", "kept"]
BY_HAND = {
    *(f"approvals_approval_{name}" for name in APPROVALS),
    *("auditlog_logentry_no_update", "auditlog_logentry_no_delete"),
    *("usage_usageevent_settled", "usage_activecharacter_settled", "usage_monthclose_settled"),
    *("pricing_priceversion_no_change", "pricing_meter_no_change"),
}


def asked_for() -> set[str]:
    """The triggers that migrations make, whenever they were asked for; a table that was dropped took its own along."""
    tables = set(connection.introspection.table_names())
    migrations = MigrationLoader(connection).disk_migrations.values()
    guards = (each for migration in migrations for each in migration.operations)
    return {
        name
        for guard in guards
        if isinstance(guard, (AppendOnly, FixedColumns, Refuse)) and guard.table in tables
        for name in guard.triggers()
    }


@pytest.mark.django_db
def test_every_guard_that_a_migration_asked_for_is_there():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        existing = {name for (name,) in cursor.fetchall()}
    assert existing == asked_for() | BY_HAND
