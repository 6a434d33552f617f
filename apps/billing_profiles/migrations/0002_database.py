"""An exclusion constraint: tax rates with the same key never overlap.

Django's `ExclusionConstraint` would need the extension btree_gist for the plain columns.
"""

from django.db import migrations

# Overlapping one-value ranges mean equality; plain equality in a GiST index would need the extension btree_gist.
NO_OVERLAP = """
ALTER TABLE billing_profiles_taxrate ADD CONSTRAINT billing_profiles_taxrate_no_overlap EXCLUDE USING gist (
    int8range(seller_id, seller_id, '[]') WITH &&,
    numrange(
        hashtextextended(product || '|' || country || '|' || region || '|' || customer_kind || '|' || needs_vat_number::text, 0)::numeric,
        hashtextextended(product || '|' || country || '|' || region || '|' || customer_kind || '|' || needs_vat_number::text, 0)::numeric,
        '[]'
    ) WITH &&,
    daterange(valid_from, valid_to, '[]') WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [("billing_profiles", "0001_initial")]
    operations = [
        migrations.RunSQL(
            NO_OVERLAP, "ALTER TABLE billing_profiles_taxrate DROP CONSTRAINT billing_profiles_taxrate_no_overlap"
        )
    ]
