"""A migration operation that makes the database itself refuse changes to the facts of a row."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from apps.common.append_only import create_trigger

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_other_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the facts of % never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class FixedColumns(Operation):
    """Refuse an UPDATE that changes one of these columns, on both engines, with a trigger; other columns may change.

    `when` narrows it to rows for which this SQL over OLD holds; a table with several of these names each. On SQLite a
    later migration that changes the table must ask for the trigger again, as for `AppendOnly`.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, columns: Sequence[str], *, when: str = "", name: str = "facts") -> None:
        self.table, self.columns = table, tuple(columns)
        self.when, self.name = when, name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.columns], {"when": self.when, "name": self.name})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        on_postgresql = editor.connection.vendor == "postgresql"
        if on_postgresql:
            editor.execute(_POSTGRESQL_FUNCTION, params=None)
            differs, body = "IS DISTINCT FROM", "EXECUTE FUNCTION refuse_other_facts()"
        else:
            differs = "IS NOT"
            body = f"BEGIN SELECT RAISE(ABORT, 'the facts of {self.table} never change'); END"
        changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in self.columns)
        if self.when:
            changed = f"({self.when}) AND ({changed})"
        editor.execute(
            f"{create_trigger(on_postgresql)} {self._name} BEFORE UPDATE ON {self.table} "
            f"FOR EACH ROW WHEN ({changed}) {body}",
            params=None,
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = f" ON {self.table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {self._name}{table}", params=None)

    def describe(self) -> str:
        return f"Fix the facts of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_{self.name}"

    def triggers(self, _vendor: str) -> list[str]:
        """Name the trigger that it makes, the same on each engine."""
        return [self._name]

    @property
    def _name(self) -> str:
        return f"{self.table}_{self.name}"
