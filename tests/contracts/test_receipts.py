"""Money beyond an installment is booked, grants nothing, and is refunded first."""

from typing import Any

import pytest

from apps.common.money import Micros, to_micros
from apps.contracts import services
from apps.contracts.consistency import contract_mismatches
from apps.contracts.errors import InstallmentNotFound, NotInSmallestUnits, NotPayable
from apps.contracts.models import InstallmentRefund, InstallmentSurplus
from apps.contracts.selectors import surplus_left
from apps.ledger.errors import IdempotencyMismatch
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, wallet_figures
from tests.contracts.factories import active, draft, offer, pay, rows
from tests.table_truncation import without_triggers


def receive(row, now, amount="100", key="pi_9", **fields: Any) -> int:
    given = {"received_in": Role.CASH, "reference": "pi_9", "created_by": "system:stripe"} | fields
    return services.receive_payment(
        services.Receipt(installment_id=row.pk, amount=Micros(to_micros(amount)), key=key, **given), now=now
    )


def refund(row, now, amount="100", key="re_9") -> int:
    order = services.RefundOrder(
        amount=Micros(to_micros(amount)), key=key, created_by="system:stripe", reason="Paid twice"
    )
    return services.refund_surplus(installment_id=row.pk, order=order, now=now)


def overpayments(row) -> tuple[int, int]:
    """Return the overpayments of an installment, and the balance of the account of received installments."""
    row.refresh_from_db()
    return surplus_left(row.pk), account_balances(row.contract.organization)[Role.INSTALLMENTS]


class TestReceiving:
    def test_for_a_paid_row_lies_beside_it_and_brings_nothing(self, acme, now):
        row = rows(active(acme, now))[0]
        for _ in range(2):
            assert receive(row, now) == to_micros("100")
        assert overpayments(row) == (to_micros("100"), to_micros("100"))
        assert (row.state, row.paid_micros, wallet_figures(acme, now).balance_micros) == (
            "paid",
            to_micros("100"),
            to_micros("100"),
        )
        assert account_balances(acme)[Role.CASH] == -to_micros("200")

    def test_beyond_what_is_left_settles_and_keeps_the_rest(self, acme, now):
        row = rows(offer(acme, now))[0]
        pay(row, now, "40")
        for _ in range(2):
            assert receive(row, now) == to_micros("40")
        assert overpayments(row) == (to_micros("40"), to_micros("40"))
        assert row.state == "paid"

    def test_that_fits_leaves_nothing_over(self, acme, now):
        row = rows(offer(acme, now))[0]
        assert receive(row, now, "60") == 0
        assert receive(row, now, "40", key="pi_10") == 0
        row.refresh_from_db()
        assert (row.state, InstallmentSurplus.objects.count()) == ("paid", 0)

    def test_for_a_void_row_lies_on_it_and_then_beside_it(self, acme, now):
        contract = offer(acme, now)
        services.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)
        row = rows(contract)[0]
        assert receive(row, now) == to_micros("100")
        assert receive(row, now, key="pi_10") == to_micros("100")
        assert overpayments(row) == (to_micros("100"), to_micros("200"))
        assert row.paid_micros == to_micros("100")

    def test_under_a_key_of_another_payment_is_refused(self, acme, now):
        row, other = rows(active(acme, now))[:2]
        receive(row, now)
        with pytest.raises(IdempotencyMismatch):
            receive(row, now, amount="50")
        with pytest.raises(IdempotencyMismatch):
            receive(other, now)
        with pytest.raises(IdempotencyMismatch):
            receive(row, now, received_in=Role.MANUAL_RECEIPTS)

    @pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
    def test_is_in_payable_units(self, acme, now, amount):
        with pytest.raises(NotInSmallestUnits):
            receive(rows(active(acme, now))[0], now, amount)

    def test_is_not_for_drafts_nor_for_what_is_not_there(self, acme, now):
        row = rows(draft(acme, now))[0]
        with pytest.raises(NotPayable):
            receive(row, now)
        row.pk = 0
        with pytest.raises(InstallmentNotFound):
            receive(row, now)


class TestRefunding:
    @pytest.fixture
    def row(self, acme, now):
        """A paid row with overpayments of 100 and 30."""
        row = rows(active(acme, now))[0]
        receive(row, now)
        receive(row, now, "30", key="pi_10")
        return row

    def test_takes_what_lies_beside_the_row_and_no_more(self, row, now):
        for _ in range(2):
            assert refund(row, now, "110") == to_micros("110")
        assert overpayments(row) == (to_micros("20"), to_micros("20"))
        assert refund(row, now, "110", key="re_10") == to_micros("20")
        assert refund(row, now, "110", key="re_11") == 0
        assert (row.state, row.refunded_micros) == ("paid", 0)

    def test_that_failed_lies_there_again(self, row, now):
        refund(row, now, "110")
        for row_of_refund in InstallmentRefund.objects.order_by("pk"):
            for _ in range(2):
                services.undo_installment_refund(
                    organization=Organization.objects.get(slug="acme"),
                    key=row_of_refund.key,
                    reason="Failed",
                    created_by="system:stripe",
                    now=now,
                )
        assert overpayments(row) == (to_micros("130"), to_micros("130"))
        assert row.state == "paid"

    @pytest.mark.tampers
    @pytest.mark.parametrize("fields", [{"returned_micros": 1}, {"amount_micros": to_micros("101")}])
    def test_that_was_tampered_with_is_found(self, row, fields):
        from django.db import connection

        with without_triggers(connection):
            InstallmentSurplus.objects.filter(key="pi_9").update(**fields)
        assert list(contract_mismatches())
