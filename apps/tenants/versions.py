"""Triggers that increment an organization's version when it, its API keys, or its identity links change.

`apps.tenants.known_credentials` compares the version.
"""

import pgtrigger


def raised_by_its_changes() -> pgtrigger.Trigger:
    """Return the trigger on organizations that increments the version when any column changes."""
    return pgtrigger.Trigger(
        name="version",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"),
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )


def raised_by_changes_of(*columns: str) -> list[pgtrigger.Trigger]:
    """Return the triggers on a table of credentials that increment the version with each change of its rows.

    A change is an inserted or deleted row, or an update of these columns. The version is the organization's, or that of
    platform keys if the row has no organization.
    """
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return [
        _raises("version_by_change", pgtrigger.Update, pgtrigger.Condition(f"({changed})")),
        _raises("version_by_row", pgtrigger.Insert | pgtrigger.Delete, None),
    ]


def _raises(name: str, operation: pgtrigger.Operation, condition: pgtrigger.Condition | None) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        condition=condition,
        func="""
            UPDATE tenants_organization SET version = version + 1
            WHERE id IN (OLD.organization_id, NEW.organization_id);
            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)
                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN
                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
            END IF;
            RETURN NULL;
        """,
    )
