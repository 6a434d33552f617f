"""Property test: any order of payments, discounts, refunds, edits, amendments and time keeps the books consistent."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.contracts import services, tasks
from apps.contracts.consistency import contract_mismatches
from apps.contracts.models import Contract, Installment, InstallmentRefund
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.consistency import book_mismatches
from tests.contracts.factories import active, agreed, agreement, draft_fields, offer, rows
from tests.factories import charge, create_organization

T0 = datetime(2026, 11, 1, tzinfo=UTC)
CENT = 10_000
STEPS = ["pay", "pay_part", "pay_again", "fail", "discount", "withdraw", "refund", "undo", "dispute", "spend"]
STEPS += ["edit", "amend", "cancel", "offer", "void", "write_off", "wait", "wait_long"]
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), max_size=25)


class History:
    """Runs random steps of webhooks and staff on the services; a number picks the row or contract."""

    def __init__(self) -> None:
        self.now = T0
        self.number = 0
        self.organization = create_organization(T0)
        fields = {"service": "60", "onetime_service": "10", "bonus": "3", "auto_renew": True}
        self.contract = active(self.organization, T0, "2026-11-01", months=4, credit="101", **fields)
        self.contracts = [self.contract.pk]
        agreement(self.organization, T0, start_date=T0.date(), amount_micros=7 * CENT)

    def play(self, step: str, pick: int) -> None:
        self.number += 1
        with suppress(BillingError):
            getattr(self, step)(pick)
        self.contract = Contract.objects.get(pk=self.contracts[pick % len(self.contracts)])

    @property
    def common(self) -> dict:
        return {"key": f"k{self.number}", "created_by": "system:test", "now": self.now}

    def row(self, pick: int) -> Installment:
        schedule = rows(self.contract)
        return schedule[pick % len(schedule)]

    def receive(self, row, amount, key):
        receipt = services.Receipt(
            installment_id=row.pk,
            amount=amount,
            key=key,
            received_in=Role.CASH,
            reference="",
            created_by="system:test",
        )
        services.settle_installment(receipt, now=self.now)

    def pay(self, pick, share=1):
        row = self.row(pick)
        amount = Micros(row.remaining_micros // share // CENT * CENT)
        self.receive(row, amount, self.common["key"])

    def pay_part(self, pick):
        self.pay(pick, share=3)

    def pay_again(self, pick):
        self.receive(self.row(pick), Micros(10 * CENT), f"again{pick % 3}")

    def fail(self, pick):
        mark = services.mark_processing if pick % 2 else services.mark_payment_failed
        mark(installment_id=self.row(pick).pk, now=self.now)

    def discount(self, pick):
        services.apply_discount(organization=self.organization, amount=Micros((pick + 1) * 99 * CENT), **self.common)

    def withdraw(self, pick):
        services.withdraw_discount(organization=self.organization, key=f"k{pick}", now=self.now)

    def refund(self, pick):
        row = self.row(pick)
        amount = Micros((row.paid_micros - row.refunded_micros) // (1 + pick % 3) // CENT * CENT)
        order = services.RefundOrder(amount=amount, key=f"k{self.number}", created_by="system:test", reason="r")
        services.refund_installment(installment_id=row.pk, order=order, now=self.now)

    def undo(self, pick):
        refunds = InstallmentRefund.objects.order_by("pk")
        if refunds:
            key = refunds[pick % len(refunds)].key
            services.undo_installment_refund(
                organization=self.organization, key=key, reason="r", created_by="system:test", now=self.now
            )

    def dispute(self, pick):
        row = self.row(pick)
        services.freeze_installment(
            installment_id=row.pk,
            amount=Micros(row.paid_micros),
            **{**self.common, "key": f"freeze{self.number}", "dispute": f"freeze{self.number}"},
        )
        wallets.unfreeze(organization=self.organization, dispute=f"freeze{self.number}", now=self.now)
        order = services.RefundOrder(
            amount=Micros(row.paid_micros - row.refunded_micros),
            key=f"k{self.number}",
            created_by="system:test",
            reason="r",
            kind=InstallmentRefund.Kind.DISPUTE,
            paid_to=Role.DISPUTES,
        )
        services.refund_installment(installment_id=row.pk, order=order, now=self.now)

    def spend(self, pick):
        charge(self.organization, str(pick), self.now, key=f"k{self.number}")

    def edit(self, pick):
        services.edit_contract(
            contract_id=self.contract.pk,
            seen_revision=self.contract.revision,
            draft=draft_fields(f"{self.now:%Y-%m-%d}", months=1 + pick % 5, credit="50"),
            edited_by="staff:ann",
            now=self.now,
        )

    def amend(self, pick):
        services.amend_contract(
            contract_id=self.contract.pk,
            seen_revision=self.contract.revision,
            amendment=services.Amendment(
                effective_date=self.contract.start_date + timedelta(days=5 * pick),
                agreed=agreed(months=1 + pick % 6, credit="77.77", service="11.11", onetime_credit=str(pick)),
                reason="r",
            ),
            created_by="staff:ann",
            now=self.now,
        )

    def cancel(self, pick):
        services.cancel_contract(contract_id=self.contract.pk, reason="r", now=self.now)

    def offer(self, pick):
        offered = offer(
            self.organization, self.now, f"{self.now:%Y-%m-%d}", months=1 + pick % 4, credit="30", service="1"
        )
        self.contracts.append(offered.pk)

    def void(self, pick):
        services.void_installment(installment_id=self.row(pick).pk, now=self.now)

    def write_off(self, pick):
        services.write_off_installment(installment_id=self.row(pick).pk, now=self.now)

    def wait(self, pick):
        self.now += timedelta(days=pick)
        for job in (
            tasks.mark_overdue,
            tasks.end_terms,
            tasks.recognize_service_revenue,
            tasks.bill_service_agreements,
        ):
            job(now=self.now)

    def wait_long(self, pick):
        self.wait(100 + pick)


@pytest.mark.django_db
def test_any_history_leaves_contracts_and_books_that_agree():
    check_histories(examples=12)


@pytest.mark.long
@pytest.mark.django_db
def test_a_thousand_histories_leave_contracts_and_books_that_agree():
    check_histories(examples=1_000)


def check_histories(examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def check(history):
        with transaction.atomic():
            played = History()
            for step, pick in history:
                played.play(step, pick)
                assert [str(each) for each in (*contract_mismatches(), *book_mismatches())] == []
            transaction.set_rollback(True)

    check()
