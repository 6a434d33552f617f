"""Payments of installments: exact, in parts, once per key; credit and service only when paid in full."""

from datetime import UTC, datetime

import pytest

from apps.common.money import Micros, decimal_text, to_micros
from apps.contracts import services
from apps.contracts.errors import InstallmentNotFound, NotInSmallestUnits, NotPayable, Overpaid
from apps.contracts.models import Contract, InstallmentPayment
from apps.ledger.errors import IdempotencyMismatch
from apps.wallets.accounts import Role
from apps.wallets.errors import BudgetExceeded
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import active, draft, offer, pay, refund, rows
from tests.factories import charge, create_organization, reserve


class TestSettleInstallment:
    def test_grants_the_credit_and_defers_the_service(self, acme, now, balance):
        contract = offer(acme, now, credit="1200", service="600")
        first = rows(contract)[0]
        pay(first, now)
        first.refresh_from_db()
        assert (first.state, first.settled_at, first.grant.source) == ("paid", now, Grant.Source.CONTRACT)
        assert (first.grant.amount_micros, first.grant.paid_micros) == (to_micros("100"), to_micros("100"))
        assert balance(acme, Role.CASH) == -to_micros("150")
        assert balance(acme, Role.DEFERRED) == to_micros("50")
        assert balance(acme, Role.INSTALLMENTS) == 0

    def test_activates_the_contract_with_the_first_payment(self, acme, now):
        contract = active(acme, now)
        assert (contract.status, contract.activated_at) == (Contract.Status.ACTIVE, now)

    def test_keeps_partial_payments_aside_until_the_last(self, acme, now, balance):
        contract = offer(acme, now)
        first = rows(contract)[0]
        pay(first, now, "30", key="inpay_1")
        pay(first, now, "69.99", key="inpay_2")
        first.refresh_from_db()
        contract.refresh_from_db()
        assert (first.state, first.remaining_micros, contract.status) == ("partially_paid", 10_000, "pending_payment")
        assert balance(acme, Role.INSTALLMENTS) == to_micros("99.99")
        assert wallet_figures(acme, now).balance_micros == 0
        pay(first, now, "0.01", key="inpay_3")
        assert wallet_figures(acme, now).balance_micros == to_micros("100")
        assert balance(acme, Role.INSTALLMENTS) == 0

    def test_grants_the_bonus_once(self, acme, now):
        contract = offer(acme, now, bonus="25")
        for row in rows(contract)[:3]:
            pay(row, now)
        bonus = Grant.objects.get(source=Grant.Source.BONUS)
        assert (bonus.amount_micros, bonus.is_paid) == (to_micros("25"), False)
        assert wallet_figures(acme, now).posted_micros == to_micros("325")

    def test_brings_credit_that_counts_from_its_period(self, acme, now):
        contract = offer(acme, now, start="2026-12-01", bonus="25")
        for row in rows(contract)[:2]:
            pay(row, now)
        moments = [
            datetime(2026, 11, 30, 23, 59, 59, 999_999, UTC),
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2026, 12, 31, 23, 59, 59, 999_999, UTC),
            datetime(2027, 1, 1, tzinfo=UTC),
        ]
        counted = [wallet_figures(acme, at).balance_micros // 1_000_000 for at in (now, *moments)]
        assert counted == [0, 0, 125, 125, 225]
        with pytest.raises(BudgetExceeded):
            reserve(acme, "1", moments[0])
        assert reserve(acme, "125", moments[1]).amount_micros == to_micros("125")

    def test_takes_rows_in_any_order(self, acme, now):
        contract = offer(acme, now)
        for row in reversed(rows(contract)):
            pay(row, now)
        assert wallet_figures(acme, now).posted_micros == to_micros("1200")

    def test_receives_a_bank_transfer_apart_from_stripe(self, acme, now, balance):
        contract = offer(acme, now)
        payment = pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS, reference="SEPA 1")
        assert (payment.received_in, payment.reference) == ("manual_receipts", "SEPA 1")
        assert (balance(acme, Role.MANUAL_RECEIPTS), balance(acme, Role.CASH)) == (-to_micros("100"), 0)

    def test_returns_the_first_result_to_a_repeat(self, acme, now):
        contract = offer(acme, now)
        first = rows(contract)[0]
        payment = pay(first, now, "100", key="inpay_1")
        assert pay(first, now, "100", key="inpay_1") == payment
        assert InstallmentPayment.objects.count() == 1

    @pytest.mark.parametrize(("amount", "role"), [("99", Role.CASH), ("100", Role.MANUAL_RECEIPTS)])
    def test_refuses_another_payment_under_one_key(self, acme, now, amount, role):
        first = rows(offer(acme, now))[0]
        pay(first, now, "100", key="inpay_1")
        with pytest.raises(IdempotencyMismatch):
            pay(first, now, amount, key="inpay_1", received_in=role)

    def test_books_nothing_when_more_came_than_is_due(self, acme, now, balance):
        first = rows(offer(acme, now))[0]
        pay(first, now, "60", key="inpay_1")
        with pytest.raises(Overpaid, match=r"40\.00 USD is left to pay, not 40\.01 USD"):
            pay(first, now, "40.01", key="inpay_2")
        assert balance(acme, Role.CASH) == -to_micros("60")

    @pytest.mark.parametrize("micros", [0, -10_000, 1, 9_999])
    def test_refuses_what_is_no_amount_of_money(self, acme, now, micros):
        first = rows(offer(acme, now))[0]
        with pytest.raises(NotInSmallestUnits):
            services.settle_installment(
                services.Receipt(
                    installment_id=first.pk,
                    amount=Micros(micros),
                    key="k",
                    received_in=Role.CASH,
                    reference="",
                    created_by="system:stripe",
                ),
                now=now,
            )

    def test_refuses_a_paid_row_a_void_row_and_a_draft(self, acme, now):
        contract = active(acme, now)
        second = services.void_installment(installment_id=rows(contract)[1].pk, now=now)
        unoffered = rows(draft(create_organization(now, "globex"), now))[0]
        for row in (rows(contract)[0], second, unoffered):
            with pytest.raises(NotPayable):
                pay(row, now, "100", key=f"again:{row.pk}")

    def test_refuses_an_unknown_row(self, acme, now):
        row = rows(offer(acme, now))[0]
        row.refresh_from_db()
        with pytest.raises(InstallmentNotFound):
            services.mark_processing(installment_id=row.pk + 999, now=now)

    def test_pays_overspend_first(self, acme, now):
        charge(acme, "30", now)
        active(acme, now)
        assert wallet_figures(acme, now).balance_micros == to_micros("70")

    @pytest.mark.parametrize(
        ("currency", "total", "expected"),
        [("JPY", "100", ["34", "33", "33"]), ("KWD", "0.1", ["0.04", "0.03", "0.03"])],
    )
    def test_counts_yen_and_dinars_in_their_own_units(self, now, db, currency, total, expected):
        organization = create_organization(now, currency=currency)
        contract = offer(organization, now, months=3, credit=total)
        assert [decimal_text(pay(row, now).amount_micros) for row in rows(contract)] == expected
        assert wallet_figures(organization, now).posted_micros == to_micros(total)


class TestTwoContracts:
    def test_the_second_is_paid_ahead_and_begins_when_the_first_ends(self, acme, now):
        first = active(acme, now)
        second = offer(acme, now, "2027-11-18")
        pay(rows(second)[0], now)
        second.refresh_from_db()
        assert second.status == Contract.Status.PENDING_PAYMENT
        services.cancel_contract(contract_id=first.pk, reason="Replaced", now=now)
        second.refresh_from_db()
        assert second.status == Contract.Status.ACTIVE


class TestReceivingWhatIsNotAskedFor:
    def receive(self, row, now, amount="100", key="inpay_9"):
        return services.receive_payment(
            services.Receipt(
                installment_id=row.pk,
                amount=to_micros(amount),
                key=key,
                received_in=Role.CASH,
                reference="pi_9",
                created_by="system:stripe",
            ),
            now=now,
        )

    def test_lies_on_the_closed_row_until_it_is_given_back(self, acme, now):
        contract = offer(acme, now)
        services.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)
        row = rows(contract)[0]
        assert self.receive(row, now) == self.receive(row, now) == to_micros("100")
        row.refresh_from_db()
        assert (row.state, row.paid_micros, row.remaining_micros) == ("void", to_micros("100"), 0)
        assert wallet_figures(acme, now).balance_micros == 0
        refund(row, "100", now)
        row.refresh_from_db()
        assert (row.state, row.paid_micros) == ("void", 0)

    def test_is_an_overpayment_beyond_what_was_unpaid(self, acme, now):
        contract = offer(acme, now)
        services.cancel_contract(contract_id=contract.pk, reason="Agreed", now=now)
        row = rows(contract)[0]
        assert self.receive(row, now, amount="101") == to_micros("101")
        row.refresh_from_db()
        assert row.paid_micros == to_micros("100")
        assert row.surpluses.get().amount_micros == to_micros("1")


def test_a_payment_under_way_leaves_what_was_written_off_as_it_is(acme, now):
    first = rows(offer(acme, now))[0]
    services.write_off_installment(installment_id=first.pk, now=now)
    assert services.mark_processing(installment_id=first.pk, now=now).state == "written_off"
    pay(first, now)
    first.refresh_from_db()
    assert first.state == "paid"
