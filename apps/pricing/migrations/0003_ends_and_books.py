"""Notes when a price's end was set and what it took over from; no end moves into the past, no book is in another currency."""

import django.db.models.deletion
from django.db import migrations, models

from apps.common.refusing import Refuse


class Migration(migrations.Migration):
    dependencies = [("pricing", "0002_guards"), ("tenants", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="priceversion",
            name="end_set_at",
            field=models.DateTimeField(
                editable=False, help_text="When its end was last changed after it was published.", null=True
            ),
        ),
        migrations.AddField(
            model_name="priceversion",
            name="took_over_from",
            field=models.ForeignKey(
                editable=False,
                help_text="The open version that ends where this one starts because of it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.priceversion",
            ),
        ),
        Refuse(
            "pricing_priceversion_end",
            table="pricing_priceversion",
            change="UPDATE",
            condition="OLD.status = 'published' AND OLD.effective_to {differs} NEW.effective_to"
            " AND (NEW.end_set_at IS NULL OR NEW.end_set_at < OLD.end_set_at"
            " OR OLD.effective_to < NEW.end_set_at OR NEW.effective_to < NEW.end_set_at)",
            message="the end of a published price moves from a time to come to a time to come",
        ),
        Refuse(
            "pricing_pricebook_currency",
            table="pricing_pricebook",
            change="INSERT OR UPDATE",
            condition="EXISTS (SELECT 1 FROM tenants_organization AS o"
            " WHERE o.id = NEW.organization_id AND o.currency <> NEW.currency)",
            message="a price book is in the currency of its organization",
        ),
    ]
