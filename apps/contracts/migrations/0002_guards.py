"""What was paid never changes, whoever writes: triggers on both engines.

A settled installment keeps its dates, amounts, payments and postings; only a counter-posting moves it between paid and
reversed. An installment that money ever came for is not deleted, and neither is a contract.
"""

from django.db import migrations

from apps.common.append_only import AppendOnly
from apps.common.fixed_columns import FixedColumns
from apps.common.refusing import Refuse

FROZEN = (
    "contract_id",
    "version_id",
    "position",
    "due_date",
    "period_start",
    "period_end",
    "is_one_time",
    "amount_micros",
    "credit_micros",
    "service_micros",
    "discount_micros",
    "paid_micros",
    "settled_at",
    "grant_id",
    "service_transfer_id",
)
TABLE = "contracts_installment"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [
        AppendOnly("contracts_installmentpayment"),
        AppendOnly("contracts_contract", updates=True),
        AppendOnly("contracts_installmentdiscount", updates=True),
        AppendOnly("contracts_installmentrefund", updates=True),
        AppendOnly("contracts_servicerevenue", updates=True),
        AppendOnly("contracts_serviceagreement", updates=True),
        FixedColumns(TABLE, FROZEN, when="OLD.settled_at IS NOT NULL"),
        Refuse(
            f"{TABLE}_stays_settled",
            table=TABLE,
            change="UPDATE",
            condition="OLD.settled_at IS NOT NULL AND NEW.state NOT IN ('paid', 'reversed')",
            message="a settled installment never changes",
        ),
        Refuse(
            f"{TABLE}_kept",
            table=TABLE,
            change="DELETE",
            condition="OLD.settled_at IS NOT NULL OR OLD.paid_micros > 0",
            message="an installment that money came for is kept",
        ),
    ]
