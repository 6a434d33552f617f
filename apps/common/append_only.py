"""A migration operation that makes the database itself refuse changes to rows that must never change."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
  USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def create_trigger(on_postgresql: bool) -> str:
    """Begin a statement that makes a trigger, whether or not it is there already."""
    return "CREATE OR REPLACE TRIGGER" if on_postgresql else "CREATE TRIGGER IF NOT EXISTS"


class AppendOnly(Operation):
    """Refuse UPDATE, DELETE and (on PostgreSQL) TRUNCATE on a table, on both engines, with triggers.

    `updates=True` lets rows be updated and refuses only their removal. A bulk writer, a shell or a migration is
    refused like anyone else. On SQLite a migration that changes a table makes it anew, without its triggers: such a
    migration ends by asking for them again.
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
        on_postgresql = editor.connection.vendor == "postgresql"
        if on_postgresql:
            editor.execute(_POSTGRESQL_FUNCTION, params=None)
        for change in self._changes(on_postgresql):
            each = "STATEMENT" if change == "TRUNCATE" else "ROW"
            body = (
                "EXECUTE FUNCTION refuse_change()"
                if on_postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{self.table} is append-only: {change} refused'); END"
            )
            editor.execute(
                f"{create_trigger(on_postgresql)} {self._name(change)} BEFORE {change} ON {self.table} "
                f"FOR EACH {each} {body}",
                params=None,
            )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        on_postgresql = editor.connection.vendor == "postgresql"
        for change in self._changes(on_postgresql):
            table = f" ON {self.table}" if on_postgresql else ""
            editor.execute(f"DROP TRIGGER IF EXISTS {self._name(change)}{table}", params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_append_only"

    def triggers(self, vendor: str) -> list[str]:
        """Name the triggers that it makes on an engine."""
        return [self._name(change) for change in self._changes(vendor == "postgresql")]

    def _changes(self, on_postgresql: bool) -> list[str]:
        return ["UPDATE"] * (not self.updates) + ["DELETE"] + ["TRUNCATE"] * on_postgresql

    def _name(self, change: str) -> str:
        return f"{self.table}_no_{change.lower()}"
