"""Every account of a customer has a name in the export, including foreign currencies."""

from uuid import UUID

import pytest

from apps.ledger.models import Account
from apps.wallets.accounts import Role, code_of
from apps.wallets.ledger_export import EXPORT_ACCOUNTS, _export_account

ACME = UUID("0a3d4c1e-5b7f-4f1e-9c52-6d8e2f90b7a1")


def test_every_role_has_a_place() -> None:
    assert set(EXPORT_ACCOUNTS) == set(Role)


@pytest.mark.parametrize(
    ("role", "foreign", "name"),
    [
        (Role.TAX, "", "liabilities:tax:acme"),
        (Role.UNAPPLIED, "EUR", "liabilities:unapplied:acme:EUR"),
        (Role.CASH, "EUR", "assets:stripe:acme:EUR"),
    ],
)
def test_tax_and_unapplied_money_are_liabilities(role: Role, foreign: str, name: str) -> None:
    account = Account(
        code=code_of(ACME, role, foreign), book_id=ACME, role=role, unit=foreign or "USD", balance_micros=1
    )
    assert str(_export_account(account, {ACME: ("acme", "USD")})) == name
