"""What was agreed, given back, discounted, deferred and billed stays as it was written, whoever writes."""

from django.db import migrations

from apps.common.fixed_columns import FixedColumns

VERSION = (
    "contract_id",
    "number",
    "kind",
    "term",
    "effective_date",
    "anchor_date",
    "first_month",
    "term_months",
    "payment_frequency",
    "credit_portion_micros",
    "service_portion_micros",
    "onetime_credit_micros",
    "onetime_service_micros",
    "credit_period_limit",
    "service_period_limit",
    "reason",
    "created_by",
    "created_at",
)
REFUND = (
    "installment_id",
    "key",
    "kind",
    "amount_micros",
    "paid_to",
    "was_settled",
    "credit_micros",
    "unearned_micros",
    "earned_micros",
    "promo_credit_micros",
    "promo_unearned_micros",
    "promo_earned_micros",
    "transfer_ids",
    "reason",
    "created_by",
    "created_at",
)
DISCOUNT = ("key", "asked_micros", "description", "created_by", "created_at")


class Migration(migrations.Migration):
    dependencies = [("contracts", "0004_bonus_taken_back")]
    operations = [
        FixedColumns("contracts_contract", ["organization_id", "created_by", "created_at"]),
        FixedColumns(
            "contracts_contract",
            ["bonus_credits_micros", "bonus_granted_at"],
            when="OLD.bonus_granted_at IS NOT NULL",
            name="bonus_given",
        ),
        FixedColumns("contracts_contractversion", VERSION),
        FixedColumns("contracts_installmentrefund", REFUND),
        FixedColumns(
            "contracts_installmentrefund", ["undone_at"], when="OLD.undone_at IS NOT NULL", name="undone_once"
        ),
        FixedColumns("contracts_installmentdiscount", DISCOUNT),
        FixedColumns(
            "contracts_installmentdiscount",
            ["installment_id", "amount_micros", "withdrawn_at"],
            when="OLD.withdrawn_at IS NOT NULL",
            name="withdrawn_once",
        ),
        FixedColumns("contracts_servicerevenue", ["installment_id", "period_start", "period_end", "amount_micros"]),
        FixedColumns("contracts_serviceagreement", ["organization_id", "created_by", "created_at"]),
        FixedColumns(
            "contracts_serviceagreement",
            ["start_date", "charge_type"],
            when="OLD.billed_at IS NOT NULL",
            name="billed",
        ),
        FixedColumns(
            "contracts_serviceagreement",
            ["amount_micros"],
            when="OLD.billed_at IS NOT NULL AND OLD.charge_type = 'one_time'",
            name="billed_once",
        ),
    ]
