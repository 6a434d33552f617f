"""A migration operation that makes the database itself refuse changes to the facts of a row."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_other_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the facts of % never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class FixedColumns(Operation):
    """Refuse an UPDATE that changes one of these columns with a trigger; other columns may change.

    `when` narrows it to rows for which this SQL over OLD holds; a table with several of these names each.
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
        editor.execute(_FUNCTION, params=None)
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in self.columns)
        if self.when:
            changed = f"({self.when}) AND ({changed})"
        editor.execute(
            f"CREATE OR REPLACE TRIGGER {self._name} BEFORE UPDATE ON {self.table} "
            f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_other_facts()",
            params=None,
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        editor.execute(f"DROP TRIGGER IF EXISTS {self._name} ON {self.table}", params=None)

    def describe(self) -> str:
        return f"Fix the facts of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_{self.name}"

    def triggers(self) -> list[str]:
        """Name the trigger that it makes."""
        return [self._name]

    @property
    def _name(self) -> str:
        return f"{self.table}_{self.name}"
