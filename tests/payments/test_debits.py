"""Bank debits take days: meanwhile an installment is processing, and neither overdue nor collected again."""

from datetime import datetime

import pytest

from apps.contracts.errors import NothingToPay
from apps.contracts.models import Contract, Installment
from apps.contracts.services import mark_overdue
from apps.payments import services
from apps.payments.models import PaymentIssue, StripeEvent, StripeInvoice
from apps.tenants.models import Organization
from local_stripe import invoice_payments, invoices
from local_stripe.shapes import Body
from tests.contracts.factories import offer, rows
from tests.factories import create_organization
from tests.payments.desk import Desk
from tests.payments.standing import Standing
from tests.payments.test_contracts import subscribe


def be_sent_the_second(desk: Desk) -> Contract:
    """A year paid monthly; the payer has no saved method, so that the second installment's invoice is sent."""
    contract = offer(create_organization(desk.now), desk.now)
    desk.press(subscribe(contract, desk.now))
    desk.settle_all()
    desk.detach()
    desk.settle_all()
    PaymentIssue.objects.update(resolved_at=desk.now)
    desk.come_to("2026-12-18")
    return contract


@pytest.fixture
def contract(db: None, standing: Standing) -> Contract:
    return standing.reread(Contract)


def second(contract: Contract) -> Installment:
    return rows(contract)[1]


def promise(desk: Desk) -> Body:
    """Start a debit on the invoice's page."""
    invoice = desk.take("invoice")
    with desk.account.store.transaction():
        invoice_payments.promise(desk.account, invoice)
    return invoice


def be_overdue(desk: Desk, invoice: Body) -> None:
    with desk.account.store.transaction():
        invoices.overdue(desk.account, invoice)


def status(contract: Contract) -> str:
    contract.refresh_from_db()
    return contract.status


class TestOfTheSecondInstallment:
    begins_with = staticmethod(be_sent_the_second)

    def test_is_under_way_and_neither_late_nor_asked_for_again(self, desk: Desk, contract: Contract) -> None:
        invoice = promise(desk)
        desk.settle_all()
        assert second(contract).state == "processing"
        desk.come_to("2026-12-20")
        be_overdue(desk, invoice)
        desk.settle_all()
        assert mark_overdue(contract_id=contract.pk, now=desk.now) == 0
        assert (second(contract).state, second(contract).overdue_at, status(contract)) == ("processing", None, "active")
        services.arrange_contract(contract_id=contract.pk, now=desk.now)
        assert StripeInvoice.objects.filter(parts__installment=second(contract)).count() == 1
        desk.settle_later(arrives=True)
        desk.settle_all()
        assert (second(contract).state, status(contract), len(desk.charges())) == ("paid", "active", 2)
        assert not PaymentIssue.objects.filter(resolved_at=None).exists()
        assert set(StripeEvent.objects.values_list("state", flat=True)) <= {"handled", "ignored"}

    def test_that_fails_is_late_at_once(self, desk: Desk, contract: Contract) -> None:
        promise(desk)
        desk.settle_all()
        desk.settle_later(arrives=False)
        desk.settle_all()
        assert (second(contract).state, second(contract).overdue_at, status(contract)) == ("due", desk.now, "past_due")

    @pytest.mark.parametrize("arrives", [True, False])
    def test_told_after_its_end_changes_nothing(self, desk: Desk, contract: Contract, arrives: bool) -> None:
        promise(desk)
        desk.settle_later(arrives=arrives)
        (begun,) = desk.events("payment_intent.processing")
        desk.delivered.add(begun["id"])
        desk.settle_all()
        desk.post(begun)
        desk.run(desk.now)
        assert second(contract).state == ("paid" if arrives else "due")

    def test_of_a_second_attempt_is_not_ended_by_the_first_one_s_failure(self, desk: Desk, contract: Contract) -> None:
        desk.press(desk.take("invoice")["hosted_invoice_url"], "decline")
        promise(desk)
        failed = desk.events("invoice.payment_failed", "payment_intent.payment_failed")
        desk.delivered |= {event["id"] for event in failed}
        desk.settle_all()
        for event in failed:
            desk.post(event)
        desk.run(desk.now)
        assert (second(contract).state, second(contract).overdue_at) == ("processing", None)


def test_of_the_first_installment_leaves_nothing_to_subscribe_to(desk: Desk, acme: Organization, now: datetime) -> None:
    contract = offer(acme, now, "2026-12-18")
    desk.press(subscribe(contract, now))
    desk.settle_all()
    desk.let_decline()
    desk.come_to("2026-12-18")
    promise(desk)
    desk.settle_all()
    assert rows(contract)[0].state == "processing"
    with pytest.raises(NothingToPay):
        subscribe(contract, desk.now)
