# ruff: noqa: S608 (statements made of this file's own names)
"""Published prices never change and never overlap, whoever writes: triggers on both engines, an exclusion where there is one."""

from django.db import migrations

FROZEN = (
    "book_id",
    "meter_id",
    "model",
    "scheme",
    "micros_per_million",
    "input_micros_per_million",
    "output_micros_per_million",
    "tiers",
    "package_size_micros",
    "package_price_micros",
    "minimum_micros",
    "effective_from",
    "created_by",
    "created_at",
    "published_by",
    "published_at",
)
COUNTED = ("slug", "kind", "counts", "explorer_units_micros", "developer_units_micros", "credits_micros")

PG_VERSION_CHANGED = " OR ".join(f"OLD.{name}::text IS DISTINCT FROM NEW.{name}::text" for name in FROZEN)
PG_METER_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in COUNTED)
POSTGRESQL = [
    f"""
    CREATE FUNCTION pricing_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR {PG_VERSION_CHANGED} OR NEW.status = 'draft'
           OR (OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn') THEN
            RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER pricing_priceversion_no_change BEFORE UPDATE OR DELETE ON pricing_priceversion
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION pricing_refuse_version_change()
    """,
    # Ranges of one value stand for equality, which saves the extension that plain equality would need here.
    """
    ALTER TABLE pricing_priceversion ADD CONSTRAINT pricing_priceversion_no_overlap EXCLUDE USING gist (
        int8range(book_id, book_id, '[]') WITH &&,
        int8range(meter_id, meter_id, '[]') WITH &&,
        numrange(hashtextextended(model, 0)::numeric, hashtextextended(model, 0)::numeric, '[]') WITH &&,
        tstzrange(effective_from, effective_to) WITH &&
    ) WHERE (status = 'published')
    """,
    """
    CREATE FUNCTION pricing_refuse_meter_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM pricing_priceversion WHERE meter_id = OLD.id AND status <> 'draft') THEN
            RAISE EXCEPTION 'a priced meter keeps what it counts' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE TRIGGER pricing_meter_no_change BEFORE UPDATE ON pricing_meter
    FOR EACH ROW WHEN ({PG_METER_CHANGED}) EXECUTE FUNCTION pricing_refuse_meter_change()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER pricing_meter_no_change ON pricing_meter",
    "DROP FUNCTION pricing_refuse_meter_change()",
    "ALTER TABLE pricing_priceversion DROP CONSTRAINT pricing_priceversion_no_overlap",
    "DROP TRIGGER pricing_priceversion_no_change ON pricing_priceversion",
    "DROP FUNCTION pricing_refuse_version_change()",
]

LITE_VERSION_CHANGED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FROZEN)
LITE_METER_CHANGED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in COUNTED)
LITE_OVERLAP = """
    WHEN NEW.status = 'published' AND EXISTS (
        SELECT 1 FROM pricing_priceversion AS other
        WHERE other.id <> NEW.id AND other.status = 'published' AND other.book_id = NEW.book_id
          AND other.meter_id = NEW.meter_id AND other.model = NEW.model
          AND (NEW.effective_to IS NULL OR other.effective_from < NEW.effective_to)
          AND (other.effective_to IS NULL OR other.effective_to > NEW.effective_from))
    BEGIN SELECT RAISE(ABORT, 'pricing_priceversion_no_overlap'); END
"""
SQLITE = [
    f"""
    CREATE TRIGGER pricing_priceversion_no_change BEFORE UPDATE ON pricing_priceversion FOR EACH ROW
    WHEN OLD.status <> 'draft' AND ({LITE_VERSION_CHANGED} OR NEW.status = 'draft'
         OR (OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'))
    BEGIN SELECT RAISE(ABORT, 'a published price never changes'); END
    """,
    """
    CREATE TRIGGER pricing_priceversion_no_delete BEFORE DELETE ON pricing_priceversion FOR EACH ROW
    WHEN OLD.status <> 'draft'
    BEGIN SELECT RAISE(ABORT, 'a published price never changes'); END
    """,
    f"CREATE TRIGGER pricing_priceversion_no_overlap_i AFTER INSERT ON pricing_priceversion FOR EACH ROW {LITE_OVERLAP}",
    f"CREATE TRIGGER pricing_priceversion_no_overlap_u AFTER UPDATE ON pricing_priceversion FOR EACH ROW {LITE_OVERLAP}",
    f"""
    CREATE TRIGGER pricing_meter_no_change BEFORE UPDATE ON pricing_meter FOR EACH ROW
    WHEN ({LITE_METER_CHANGED})
         AND EXISTS (SELECT 1 FROM pricing_priceversion WHERE meter_id = OLD.id AND status <> 'draft')
    BEGIN SELECT RAISE(ABORT, 'a priced meter keeps what it counts'); END
    """,
]
SQLITE_BACK = [
    f"DROP TRIGGER {name}"
    for name in (
        "pricing_meter_no_change",
        "pricing_priceversion_no_overlap_u",
        "pricing_priceversion_no_overlap_i",
        "pricing_priceversion_no_delete",
        "pricing_priceversion_no_change",
    )
]


def _run(schema_editor, postgresql, sqlite):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


def install(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, SQLITE)


def remove(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
