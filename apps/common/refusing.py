"""A migration operation that makes the database itself refuse a change that a rule over several rows forbids."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Refuse(Operation):
    """Refuse a change of a table where a condition holds, with a trigger.

    `change` is INSERT, UPDATE, DELETE, or two as `INSERT OR UPDATE`. The condition is SQL over OLD and NEW and may read
    other tables; `{differs}` in it stands for a comparison that takes null as a value.
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
        condition = self.condition.replace("{differs}", "IS DISTINCT FROM")
        raising = f"RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation'"
        # A function of its own, since the condition of a trigger may not read other tables.
        editor.execute(
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {condition} THEN {raising}; END IF; "
            f"RETURN {'OLD' if self.change == 'DELETE' else 'NEW'}; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE OR REPLACE TRIGGER {self.name} BEFORE {self.change} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            params=None,
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        editor.execute(f"DROP TRIGGER {self.name} ON {self.table}", params=None)
        editor.execute(f"DROP FUNCTION {self.name}()", params=None)

    def describe(self) -> str:
        return f"Refuse on {self.table}: {self.message}"

    @property
    def migration_name_fragment(self) -> str:
        return self.name

    def triggers(self) -> list[str]:
        """Name the trigger that it makes."""
        return [self.name]
