"""A trigger on another app's table, and the function that reads a plan.

The anchor day of a customer who was ever on a plan never changes, because new periods would overlap those already
granted. The table belongs to tenants, which does not depend on plans.
"""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"

FUNCTION = """
CREATE FUNCTION plans_fixed_anchor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM plans_subscription WHERE organization_id = OLD.id) THEN
        RAISE EXCEPTION 'the anchor day of a subscribed organization never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER plans_fixed_anchor BEFORE UPDATE ON tenants_organization FOR EACH ROW
WHEN (OLD.anchor_day IS DISTINCT FROM NEW.anchor_day) EXECUTE FUNCTION plans_fixed_anchor()
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial"), ("tenants", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION plans_fixed_anchor()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER plans_fixed_anchor ON tenants_organization"),
        function(SQL, "plan_figures", "uuid, timestamptz"),
    ]
