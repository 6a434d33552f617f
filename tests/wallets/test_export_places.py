"""Every account of a customer has its place in the export, in foreign currencies too."""

from uuid import UUID

import pytest

from apps.wallets.accounts import Role, code_of
from apps.wallets.export import PLACES, _name

ACME = UUID("0a3d4c1e-5b7f-4f1e-9c52-6d8e2f90b7a1")


def test_every_role_has_a_place() -> None:
    assert set(PLACES) == set(Role)


@pytest.mark.parametrize(
    ("role", "foreign", "name"),
    [
        (Role.TAX, "", "liabilities:tax:acme"),
        (Role.UNAPPLIED, "EUR", "liabilities:unapplied:acme:EUR"),
        (Role.CASH, "EUR", "assets:stripe:acme:EUR"),
    ],
)
def test_tax_and_unapplied_money_are_liabilities(role: Role, foreign: str, name: str) -> None:
    assert _name(code_of(ACME, role, foreign), 1, {str(ACME): "acme"}) == name
