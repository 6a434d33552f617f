"""What a plan gives is fixed once somebody is, or was, on it: what they were promised does not change under them."""

from django.db import migrations

from apps.common.refusing import Refuse

TERMS = (
    "slug",
    "currency",
    "unit_system",
    "cadence",
    "list_quota_micros",
    "explorer_units_micros",
    "developer_units_micros",
    "credits_micros",
)
ON_IT = "SELECT 1 FROM plans_subscription AS s WHERE s.plan_id = OLD.id"
CHANGED = " OR ".join(f"OLD.{name} {{differs}} NEW.{name}" for name in TERMS)


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_fixed_anchor")]
    operations = [
        Refuse(
            "plans_fixed_terms",
            table="plans_plan",
            change="UPDATE",
            condition=f"EXISTS ({ON_IT}) AND ({CHANGED})",
            message="what a plan gives is fixed once somebody was on it",
        ),
    ]
