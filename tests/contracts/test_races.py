"""Contract races on PostgreSQL: the lock on the organization's contracts makes each of these exact."""

from datetime import date

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.models import Contract, InstallmentPayment
from apps.contracts.selectors import current_schedule
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import entries_page, wallet_figures
from tests.contracts.factories import active, agreed, agreement, discount, draft_fields, offer, refund, rows
from tests.factories import create_organization
from tests.wallets.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(now):
    return create_organization(now)


class TestSettlementRaces:
    def test_one_payment_delivered_sixteen_times_counts_once(self, acme, now):
        first = rows(offer(acme, now, service="600", bonus="5"))[0]
        outcomes = together(16, lambda _: pay_once(first, "150", "inpay_1", now))
        assert outcomes == {"InstallmentPayment": 16}
        assert wallet_figures(acme, now).balance_micros == to_micros("105")
        assert (InstallmentPayment.objects.count(), Grant.objects.count()) == (1, 2)

    def test_of_two_payments_of_one_row_one_is_left_to_staff(self, acme, now):
        first = rows(offer(acme, now))[0]
        outcomes = together(8, lambda number: pay_once(first, "100", f"inpay_{number}", now))
        assert outcomes == {"InstallmentPayment": 1, "NotPayable": 7}

    def test_parts_that_come_at_once_settle_it_once(self, acme, now):
        first = rows(offer(acme, now))[0]
        outcomes = together(10, lambda number: pay_once(first, "10", f"inpay_{number}", now))
        assert outcomes == {"InstallmentPayment": 10}
        assert Grant.objects.get().amount_micros == to_micros("100")

    def test_rows_of_one_contract_paid_at_once_grant_the_bonus_once(self, acme, now):
        schedule = rows(offer(acme, now, bonus="5"))
        together(12, lambda number: pay_once(schedule[number], "100", f"inpay_{number}", now))
        assert wallet_figures(acme, now).posted_micros == to_micros("1205")

    def test_two_contracts_paid_at_once_do_not_both_run(self, acme, now):
        firsts = [rows(offer(acme, now))[0], rows(offer(acme, now, "2027-11-18"))[0]]
        outcomes = together(2, lambda number: pay_once(firsts[number], "100", f"inpay_{number}", now))
        assert outcomes == {"InstallmentPayment": 2}
        assert sorted(Contract.objects.values_list("status", flat=True)) == ["active", "pending_payment"]

    def test_refunds_delivered_together_take_each_once(self, acme, now):
        first = rows(active(acme, now))[0]
        outcomes = together(12, lambda number: refund(first, "20", now, key=f"re_{number % 6}"))
        assert outcomes["InstallmentRefund"] == 10
        assert outcomes["RefundAboveReceived"] == 2
        assert wallet_figures(acme, now).balance_micros == 0

    def test_discount_and_payment_leave_nothing_between(self, acme, now):
        first = rows(offer(acme, now, months=1, credit="100"))[0]
        outcomes = together(
            2, lambda number: pay_once(first, "100", "inpay_1", now) if number else discount(acme, "10", now)
        )
        first.refresh_from_db()
        assert (dict(outcomes), first.state) in (
            ({"InstallmentPayment": 1, "NothingToDiscount": 1}, "paid"),
            ({"InstallmentDiscount": 1, "Overpaid": 1}, "due"),
        )


class TestEditRaces:
    def test_an_edit_is_refused_or_comes_before_the_payment(self, acme, now):
        contract = offer(acme, now)
        first = rows(contract)[0]

        def edit():
            return services.edit_contract(
                contract_id=contract.pk,
                seen_revision=contract.revision,
                draft=draft_fields(months=6, credit="600"),
                edited_by="staff:ann",
                now=now,
            )

        outcomes = together(2, lambda number: edit() if number else pay_once(first, "100", "inpay_1", now))
        assert outcomes in ({"InstallmentPayment": 1, "ChangedMeanwhile": 1}, {"Contract": 1, "NotPayable": 1})

    def test_an_amendment_is_refused_or_comes_before_the_payment(self, acme, now):
        contract = active(acme, now)
        second = rows(contract)[1]

        def amend():
            return services.amend_contract(
                contract_id=contract.pk,
                seen_revision=contract.revision,
                amendment=services.Amendment(
                    effective_date=date(2026, 12, 18), agreed=agreed(months=3, credit="600"), reason="x"
                ),
                created_by="staff:ann",
                now=now,
            )

        outcomes = together(2, lambda number: amend() if number else pay_once(second, "100", "inpay_1", now))
        assert outcomes in ({"InstallmentPayment": 1, "ChangedMeanwhile": 1}, {"Contract": 1, "NotPayable": 1})
        assert sum(row.paid_micros for row in rows(contract)) in (to_micros("100"), to_micros("200"))

    def test_of_two_edits_from_one_page_one_is_refused(self, acme, now):
        contract = offer(acme, now)

        def edit(months: int):
            return services.edit_contract(
                contract_id=contract.pk,
                seen_revision=contract.revision,
                draft=draft_fields(months=months, credit="600"),
                edited_by="staff:ann",
                now=now,
            )

        assert together(2, lambda number: edit(number + 2)) == {"Contract": 1, "ChangedMeanwhile": 1}

    def test_canceling_and_paying_end_in_one_of_two_ways(self, acme, now):
        contract = offer(acme, now, months=1, credit="100")
        first = rows(contract)[0]

        def cancel():
            return services.cancel_contract(contract_id=contract.pk, reason="x", now=now)

        outcomes = together(2, lambda number: cancel() if number else pay_once(first, "100", "inpay_1", now))
        first.refresh_from_db()
        assert (dict(outcomes), first.state) in (
            ({"Contract": 1, "InstallmentPayment": 1}, "paid"),
            ({"Contract": 1, "NotPayable": 1}, "void"),
        )


class TestJobRaces:
    def test_two_schedulers_renew_once_and_bill_once(self, acme, now):
        contract = active(acme, now, months=1, credit="100", auto_renew=True)
        written = agreement(acme, now)
        later = now.replace(month=12, day=20)
        together(8, lambda _: services.end_term(contract_id=contract.pk, now=later))
        together(8, lambda _: services.bill_agreement(agreement_id=written.pk, now=later))
        contract.refresh_from_db()
        assert (contract.term, len(current_schedule(contract))) == (2, 1)
        charges = [entry for entry in entries_page(acme, since=now, limit=50) if entry.kind == "service"]
        assert len(charges) == 2

    def test_revenue_is_earned_once(self, acme, now):
        contract = active(acme, now, service="365", frequency="annual")
        later = now.replace(month=12, day=1)
        together(8, lambda _: services.recognize_service_revenue(contract_id=contract.pk, now=later))
        assert services.recognize_service_revenue(contract_id=contract.pk, now=later) == 0


def pay_once(installment, amount: str, key: str, now) -> InstallmentPayment:
    """Pay without reading the row first, as a webhook does."""
    return services.settle_installment(
        services.Receipt(
            installment_id=installment.pk,
            amount=to_micros(amount),
            key=key,
            received_in=Role.CASH,
            reference="pi_1",
            created_by="system:stripe",
        ),
        now=now,
    )
