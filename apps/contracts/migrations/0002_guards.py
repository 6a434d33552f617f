"""What was paid never changes, whoever writes: triggers on both engines.

A settled instalment keeps its dates, amounts, payments and postings; only a counter-posting moves it between paid and
reversed. An instalment that money ever came for is not deleted, and neither is a contract.
"""

from django.db import migrations

from apps.common.append_only import AppendOnly

FROZEN = (
    "contract_id",
    "version_id",
    "position",
    "due_date",
    "period_start",
    "period_end",
    "is_one_time",
    "amount_micros",
    "credit_micros",
    "service_micros",
    "discount_micros",
    "paid_micros",
    "settled_at",
    "grant_id",
    "service_transfer_id",
)
TABLE = "contracts_installment"
STATES = "NEW.state NOT IN ('paid', 'reversed')"


def _changed(distinct):
    return " OR ".join([STATES, *(f"OLD.{name} {distinct} NEW.{name}" for name in FROZEN)])


def install(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    distinct = "IS DISTINCT FROM" if on_postgresql else "IS NOT"
    refuse = (
        "EXECUTE FUNCTION refuse_change()"
        if on_postgresql
        else "BEGIN SELECT RAISE(ABORT, 'a settled instalment never changes'); END"
    )
    triggers = {
        "no_update": f"BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL AND ({_changed(distinct)}))",
        "no_delete": f"BEFORE DELETE ON {TABLE} FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL OR OLD.paid_micros > 0)",
    }
    if on_postgresql:
        triggers["no_truncate"] = f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT"
    for name, when in triggers.items():
        editor.execute(f"CREATE TRIGGER {TABLE}_{name} {when} {refuse}", params=None)


def remove(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    names = ["no_update", "no_delete", "no_truncate"] if on_postgresql else ["no_update", "no_delete"]
    for name in names:
        editor.execute(f"DROP TRIGGER {TABLE}_{name}" + (f" ON {TABLE}" if on_postgresql else ""), params=None)


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [
        AppendOnly("contracts_installmentpayment"),
        AppendOnly("contracts_contract", updates=True),
        AppendOnly("contracts_installmentdiscount", updates=True),
        AppendOnly("contracts_installmentrefund", updates=True),
        AppendOnly("contracts_servicerevenue", updates=True),
        AppendOnly("contracts_serviceagreement", updates=True),
        migrations.RunPython(install, remove),
    ]
