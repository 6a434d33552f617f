"""Exclusion constraints: published versions of the same book, meter and model never overlap, nor do other names of models.

Django's `ExclusionConstraint` would need the extension btree_gist for the plain columns.
"""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"

# Overlapping one-value ranges mean equality; plain equality in a GiST index would need the extension btree_gist.
NO_OVERLAP = """
ALTER TABLE pricing_priceversion ADD CONSTRAINT pricing_priceversion_no_overlap EXCLUDE USING gist (
    int8range(book_id, book_id, '[]') WITH &&,
    int8range(meter_id, meter_id, '[]') WITH &&,
    numrange(hashtextextended(model, 0)::numeric, hashtextextended(model, 0)::numeric, '[]') WITH &&,
    tstzrange(effective_from, effective_to) WITH &&
) WHERE (status = 'published')
"""

NO_SECOND_MEANING = """
ALTER TABLE pricing_modelalias ADD CONSTRAINT pricing_modelalias_no_overlap EXCLUDE USING gist (
    int8range(meter_id, meter_id, '[]') WITH &&,
    numrange(hashtextextended(name, 0)::numeric, hashtextextended(name, 0)::numeric, '[]') WITH &&,
    tstzrange(effective_from, effective_to) WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]
    operations = [
        migrations.RunSQL(
            NO_OVERLAP, "ALTER TABLE pricing_priceversion DROP CONSTRAINT pricing_priceversion_no_overlap"
        ),
        migrations.RunSQL(
            NO_SECOND_MEANING, "ALTER TABLE pricing_modelalias DROP CONSTRAINT pricing_modelalias_no_overlap"
        ),
        function(SQL, "price_open", "uuid[], text[], text[], timestamptz, timestamptz"),
    ]
