from django.db import migrations

from apps.common.append_only import AppendOnly
from apps.common.fixed_columns import FixedColumns

TERMS = (
    "id",
    "kind",
    "origin",
    "amount_micros",
    "currency",
    "code_count",
    "prefix",
    "max_per_organization",
    "max_codes_per_organization",
    "starts_at",
    "credit_days",
    "key_fingerprint",
    "created_by",
    "created_at",
)


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_initial")]
    operations = [
        AppendOnly("vouchers_redemption"),
        AppendOnly("vouchers_takeback"),
        AppendOnly("vouchers_batchevent"),
        AppendOnly("vouchers_voucher", updates=True),
        AppendOnly("vouchers_batch", updates=True),
        FixedColumns("vouchers_batch", TERMS),
        FixedColumns("vouchers_voucher", ["id", "batch_id", "number", "code_hash", "masked"]),
    ]
