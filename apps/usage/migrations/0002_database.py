"""Usage events are partitioned by month, which Django cannot express; and the functions that read usage.

The table that 0001_initial made is replaced by a partitioned one with the same columns, checks, indexes and triggers,
while it is empty. Its primary key gains the column that it is partitioned by. Its partitions are no part of the schema:
a job makes them.
"""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"

PARTITION = """
DO $$
DECLARE
    remade text[];
    statement text;
BEGIN
    SELECT array_agg(text ORDER BY number) INTO remade FROM (
        SELECT 1 AS number, indexdef AS text FROM pg_indexes
        WHERE schemaname = current_schema() AND tablename = 'usage_usageevent' AND indexname <> 'usage_usageevent_pkey'
        UNION ALL
        SELECT 2, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = 'usage_usageevent'::regclass AND NOT tgisinternal
        UNION ALL
        SELECT 3, format('COMMENT ON TRIGGER %I ON usage_usageevent IS %L', tgname, obj_description(oid, 'pg_trigger'))
        FROM pg_trigger WHERE tgrelid = 'usage_usageevent'::regclass AND NOT tgisinternal
    ) AS found;
    ALTER TABLE usage_usageevent RENAME TO usage_unpartitioned;
    ALTER SEQUENCE usage_usageevent_id_seq RENAME TO usage_unpartitioned_id_seq;
    CREATE TABLE usage_usageevent (LIKE usage_unpartitioned INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY)
        PARTITION BY RANGE (recorded_at);
    DROP TABLE usage_unpartitioned;
    ALTER TABLE usage_usageevent ADD CONSTRAINT usage_usageevent_pkey PRIMARY KEY (id, recorded_at);
    FOREACH statement IN ARRAY remade LOOP
        EXECUTE statement;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("usage", "0001_initial"), ("pricing", "0002_database")]
    operations = [
        migrations.RunSQL(PARTITION, migrations.RunSQL.noop),
        function(SQL, "usage_open", "timestamptz, jsonb, uuid[]"),
        function(SQL, "usage_resources", "uuid, date, date"),
        function(SQL, "usage_newest", "uuid, integer"),
        function(SQL, "usage_newest_events", "uuid, integer"),
    ]
