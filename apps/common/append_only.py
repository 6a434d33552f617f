"""A migration operation that makes the database itself refuse changes to rows that must never change."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
  USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class AppendOnly(Operation):
    """Refuse UPDATE, DELETE and TRUNCATE on a table with triggers.

    `updates=True` lets rows be updated and refuses only their removal. A bulk writer, a shell or a migration is
    refused like anyone else.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, *, updates: bool = False) -> None:
        self.table = table
        self.updates = updates

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"updates": self.updates})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        editor.execute(_FUNCTION, params=None)
        for change in self._changes():
            each = "STATEMENT" if change == "TRUNCATE" else "ROW"
            editor.execute(
                f"CREATE OR REPLACE TRIGGER {self._name(change)} BEFORE {change} ON {self.table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()",
                params=None,
            )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for change in self._changes():
            editor.execute(f"DROP TRIGGER IF EXISTS {self._name(change)} ON {self.table}", params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_append_only"

    def triggers(self) -> list[str]:
        """Name the triggers that it makes."""
        return [self._name(change) for change in self._changes()]

    def _changes(self) -> list[str]:
        return ["UPDATE"] * (not self.updates) + ["DELETE", "TRUNCATE"]

    def _name(self, change: str) -> str:
        return f"{self.table}_no_{change.lower()}"
