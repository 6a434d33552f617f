"""Proofs read whole tables, so none of them may join by a nested loop, whatever row counts the planner assumes.

If it assumes that a full table is empty, the planner scans it once for each row of another; one such proof ran for
fourteen minutes.
"""

from typing import Any

import pytest
from django.db import connection

from apps.contracts.consistency import contract_mismatches
from apps.payments.consistency import payment_mismatches
from apps.usage.services import check_usage
from apps.wallets.consistency import book_mismatches

PROOFS = {
    "check_ledger": book_mismatches,
    "check_contracts": contract_mismatches,
    "check_usage": check_usage,
    "check_payments": payment_mismatches,
}


def loops_over_tables(plan: dict[str, Any]) -> bool:
    """Return whether a plan has a nested loop, other than over a list in the statement or in a column of a row."""
    inner = plan.get("Plans", [])
    loops = plan["Node Type"] == "Nested Loop" and not any(map(reads_values, inner))
    return loops or any(map(loops_over_tables, inner))


def reads_values(plan: dict[str, Any]) -> bool:
    return plan["Node Type"] in ("Values Scan", "Function Scan") or (
        plan["Node Type"] == "Materialize" and all(map(reads_values, plan["Plans"]))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("command", PROOFS)
def test_no_proof_joins_by_a_nested_loop(command: str) -> None:
    looping, explained = [], []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT") and "pg_inherits" not in sql:  # the catalog is small
            with connection.connection.cursor() as cursor:
                [(plans,)] = cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params).fetchall()
            explained.append(sql)
            looping.extend(sql for each in plans if loops_over_tables(each["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        assert list(PROOFS[command]()) == []

    assert explained
    assert looping == []
