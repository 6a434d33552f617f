"""The database has exactly the triggers that the models declare, plus those listed here."""

import re

import pgtrigger
import pytest
from django.db import connection

from apps.common.triggers import FixedFields

# On tables of another app or package, whose models cannot declare them.
WRITTEN_IN_MIGRATIONS = {"plans_fixed_anchor", "auditlog_logentry_no_update", "auditlog_logentry_no_delete"}


@pytest.mark.django_db
def test_every_declared_trigger_is_installed_and_enabled_as_it_is_declared():
    declared = {f"{model._meta.label}: {trigger.name}": (model, trigger) for model, trigger in pgtrigger.registered()}
    states = {name: trigger.get_installation_status(model) for name, (model, trigger) in declared.items()}
    assert states == dict.fromkeys(declared, ("INSTALLED", True))


@pytest.mark.django_db
def test_there_is_no_other_trigger():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        existing = {name for (name,) in cursor.fetchall()}
    declared = {trigger.get_pgid(model) for model, trigger in pgtrigger.registered()}
    assert existing == declared | WRITTEN_IN_MIGRATIONS


@pytest.mark.django_db
def test_no_trigger_sets_a_column_that_another_one_keeps_as_it_is():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
        bodies = cursor.fetchall()
    sets = re.compile(r"(?:^|;|\bBEGIN\b|\bTHEN\b|\bELSE\b)\s*NEW\.(\w+)\s*:?=")
    found = {(table, column) for table, body in bodies for column in sets.findall(body)}
    kept = {
        (model._meta.db_table, column)
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, FixedFields)
        for column in trigger.columns(model)
    }
    assert found == {("tenants_organization", "version")}
    assert not found & kept
