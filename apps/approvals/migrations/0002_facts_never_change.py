"""Holds in the database what the services promise: a request starts open, its facts stay, it ends once, it is kept."""

from django.db import migrations

FACTS = (
    "kind",
    "subject",
    "arguments",
    "fingerprint",
    "amount_micros",
    "reason",
    "requested_by_id",
    "requested_at",
    "expires_at",
)
REFUSED = "approvals: the facts of a request never change, and it is decided once"

POSTGRESQL = [
    f"""CREATE FUNCTION approvals_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER approvals_approval_starts_pending BEFORE INSERT ON approvals_approval
        FOR EACH ROW WHEN (NEW.status <> 'pending') EXECUTE FUNCTION approvals_refuse()""",
    f"""CREATE TRIGGER approvals_approval_facts BEFORE UPDATE ON approvals_approval FOR EACH ROW
        WHEN ({" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FACTS)})
        EXECUTE FUNCTION approvals_refuse()""",
    """CREATE TRIGGER approvals_approval_ends_once BEFORE UPDATE ON approvals_approval
        FOR EACH ROW WHEN (OLD.status IN ('rejected', 'used', 'expired')) EXECUTE FUNCTION approvals_refuse()""",
    """CREATE TRIGGER approvals_approval_agreed_stays BEFORE UPDATE ON approvals_approval
        FOR EACH ROW WHEN (OLD.decided_by_id IS NOT NULL AND (OLD.decided_by_id IS DISTINCT FROM NEW.decided_by_id
            OR OLD.decided_at IS DISTINCT FROM NEW.decided_at)) EXECUTE FUNCTION approvals_refuse()""",
    """CREATE TRIGGER approvals_approval_kept BEFORE DELETE ON approvals_approval
        FOR EACH ROW EXECUTE FUNCTION approvals_refuse()""",
]
RAISE = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
SQLITE = [
    f"""CREATE TRIGGER approvals_approval_starts_pending BEFORE INSERT ON approvals_approval
        WHEN NEW.status <> 'pending' {RAISE}""",
    f"""CREATE TRIGGER approvals_approval_facts BEFORE UPDATE ON approvals_approval
        WHEN {" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FACTS)} {RAISE}""",
    f"""CREATE TRIGGER approvals_approval_ends_once BEFORE UPDATE ON approvals_approval
        WHEN OLD.status IN ('rejected', 'used', 'expired') {RAISE}""",
    f"""CREATE TRIGGER approvals_approval_agreed_stays BEFORE UPDATE ON approvals_approval
        WHEN OLD.decided_by_id IS NOT NULL AND (OLD.decided_by_id IS NOT NEW.decided_by_id
            OR OLD.decided_at IS NOT NEW.decided_at) {RAISE}""",
    f"CREATE TRIGGER approvals_approval_kept BEFORE DELETE ON approvals_approval {RAISE}",
]
NAMES = ("starts_pending", "facts", "ends_once", "agreed_stays", "kept")


def install(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in NAMES:
        schema_editor.execute(
            f"DROP TRIGGER approvals_approval_{name}" + (" ON approvals_approval" if postgresql else ""), params=None
        )
    if postgresql:
        schema_editor.execute("DROP FUNCTION approvals_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
