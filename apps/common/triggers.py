"""Triggers for `Meta.triggers`: changes that the database refuses, whoever attempts them.

Each raises `integrity_constraint_violation`, which Django turns into `IntegrityError`. Bulk writes, shells and
migrations are refused too.
"""

import pgtrigger
from django.db.models import Model


class Refused(pgtrigger.Trigger):
    """Refuse an operation on rows that meet a condition.

    `condition` is SQL over OLD and NEW. `exists` is a query, which may also read other tables; a trigger's condition
    may not. With both, the operation is refused if the condition holds and the query finds a row.
    """

    when = pgtrigger.Before

    def __init__(
        self,
        *,
        name: str,
        operation: pgtrigger.Operation,
        message: str,
        condition: str = "",
        exists: str = "",
        level: pgtrigger.Level = pgtrigger.Row,
    ) -> None:
        self.message, self.exists = message, exists
        only = pgtrigger.Condition(f"({condition})") if condition else None
        super().__init__(name=name, operation=operation, level=level, condition=only)

    def get_func(self, model: Model) -> str:
        message = self.message.replace("{table}", model._meta.db_table)
        refuse = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
        row = "OLD" if self.operation == pgtrigger.Delete else "NEW"
        return f"IF EXISTS ({self.exists}) THEN {refuse} END IF; RETURN {row};" if self.exists else refuse


class FixedFields(Refused):
    """Refuse an UPDATE that changes one of these fields.

    `where`, SQL over OLD, limits it to some rows, and so does `exists`. A model with several of these gives each a
    name. The trigger is `UPDATE OF` the fields: the database parses a trigger's condition again for each statement,
    and so skips it for one that sets none of them. No other trigger may set them, since this one would not notice.
    """

    def __init__(
        self,
        *fields: str,
        name: str = "facts",
        where: str = "",
        exists: str = "",
        message: str = "the facts of {table} never change",
    ) -> None:
        self.fields, self.where = fields, where
        super().__init__(name=name, operation=pgtrigger.Update, message=message, exists=exists)

    def compile(self, model: Model) -> pgtrigger.compiler.Trigger:
        self.operation = pgtrigger.UpdateOf(*self.columns(model))  # type: ignore[no-untyped-call]
        return super().compile(model)

    def columns(self, model: Model) -> list[str]:
        """Return the columns of the fields."""
        columns = {field.name: str(field.column) for field in model._meta.fields}
        return [columns[name] for name in self.fields]

    def get_condition(self, model: Model) -> pgtrigger.Condition:
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in self.columns(model))
        # The library adds no brackets to a condition that already begins with one.
        return pgtrigger.Condition(f"(({self.where}) AND ({changed}))" if self.where else f"({changed})")


def append_only(*, updates: bool = False) -> list[pgtrigger.Trigger]:
    """Refuse DELETE and TRUNCATE, and UPDATE unless `updates` is true."""
    changes = pgtrigger.Delete if updates else pgtrigger.Update | pgtrigger.Delete
    message = "{table} is append-only"
    return [
        Refused(name="kept", operation=changes, message=message),
        Refused(name="not_emptied", operation=pgtrigger.Truncate, level=pgtrigger.Statement, message=message),
    ]
