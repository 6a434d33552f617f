"""The anchor day of whoever was ever on a plan never changes: periods of another one would overlap those granted."""

from django.db import migrations

from apps.common.refusing import Refuse


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial"), ("tenants", "0002_fixed_currency")]
    operations = [
        Refuse(
            "plans_fixed_anchor",
            table="tenants_organization",
            change="UPDATE",
            condition="OLD.anchor_day {differs} NEW.anchor_day"
            " AND EXISTS (SELECT 1 FROM plans_subscription AS s WHERE s.organization_id = OLD.id)",
            message="the anchor day of a subscribed organization never changes",
        ),
    ]
