"""A migration operation that makes the database itself refuse a change that a rule over several rows forbids."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Refuse(Operation):
    """Refuse a change of a table where a condition holds, on both engines, with a trigger.

    `change` is INSERT, UPDATE, DELETE, or two as `INSERT OR UPDATE`. The condition is SQL over OLD and NEW and may read
    other tables; `{differs}` in it stands for a comparison that takes null as a value. On SQLite a later migration that
    changes the table must ask for the trigger again, as for `AppendOnly`.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str, *, table: str, change: str, condition: str, message: str) -> None:
        self.name, self.table, self.change = name, table, change
        self.condition, self.message = condition, message

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        names = ("table", "change", "condition", "message")
        return (self.__class__.__name__, [self.name], {name: getattr(self, name) for name in names})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if editor.connection.vendor == "postgresql":
            statements = self._on_postgresql()
        else:
            condition = self.condition.replace("{differs}", "IS NOT")
            statements = [
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {change} ON {self.table} FOR EACH ROW WHEN ({condition}) "
                f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
                for name, change in self._lite_triggers()
            ]
        for statement in statements:
            editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {self.name} ON {self.table}", params=None)
            editor.execute(f"DROP FUNCTION {self.name}()", params=None)
            return
        for name, _ in self._lite_triggers():
            editor.execute(f"DROP TRIGGER {name}", params=None)

    def describe(self) -> str:
        return f"Refuse on {self.table}: {self.message}"

    @property
    def migration_name_fragment(self) -> str:
        return self.name

    def triggers(self, vendor: str) -> list[str]:
        """Name the triggers that it makes on an engine."""
        return [self.name] if vendor == "postgresql" else [name for name, _ in self._lite_triggers()]

    def _on_postgresql(self) -> list[str]:
        """A function of its own, since the condition of a trigger there may not read other tables."""
        condition = self.condition.replace("{differs}", "IS DISTINCT FROM")
        raising = f"RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation'"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {condition} THEN {raising}; END IF; "
            f"RETURN {'OLD' if self.change == 'DELETE' else 'NEW'}; END $$",
            f"CREATE OR REPLACE TRIGGER {self.name} BEFORE {self.change} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]

    def _lite_triggers(self) -> list[tuple[str, str]]:
        changes = self.change.split(" OR ")
        return [(f"{self.name}_{change.lower()}" if len(changes) > 1 else self.name, change) for change in changes]
