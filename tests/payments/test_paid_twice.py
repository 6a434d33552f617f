"""An installment that is paid twice: the money is booked, grants nothing, and staff refund it."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from apps.approvals.submission import submit
from apps.common.money import to_micros
from apps.contracts.models import Contract, InstallmentSurplus
from apps.contracts.selectors import surplus_left
from apps.payments import services
from apps.payments.actions import RefundPayment
from apps.payments.models import PaymentIssue, Refund, StripePayment
from apps.payments.services.reconciliation import compare_clearing
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, wallet_figures
from local_stripe import money
from tests.backoffice.people import create_staff
from tests.contracts.factories import offer, rows
from tests.factories import create_organization
from tests.payments.desk import Desk
from tests.payments.standing import Standing
from tests.payments.test_changes import visit
from tests.payments.test_contracts import healthy, states, subscribe


def pay_twice(desk: Desk) -> Contract:
    """A year, 1,000 of credit and 200 of service, paid by a session and by a link at the same time."""
    contract = offer(create_organization(desk.now), desk.now, frequency="annual", credit="1000", service="200")
    desk.run(desk.now)
    link = services.create_payment_link(installment=rows(contract)[0], created_by="staff:ann", now=desk.now)
    session, page = subscribe(contract, desk.now), visit(desk, link)
    desk.press(session)
    desk.press(page)
    desk.deliver()
    return contract


@pytest.fixture
def contract(db: None, standing: Standing) -> Contract:
    return standing.reread(Contract)


def figures(contract: Contract, now: datetime) -> tuple[int, int, int, int]:
    """Return the available credit, the frozen credit, the overpayment, and the money received at Stripe."""
    assert healthy()
    assert compare_clearing(contract.organization, now)
    wallet = wallet_figures(contract.organization, now)
    cash = -account_balances(contract.organization)[Role.CASH]
    overpaid = surplus_left(rows(contract)[0].pk)
    return tuple(amount // 1_000_000 for amount in (wallet.available_micros, wallet.held_micros, overpaid, cash))  # type: ignore[return-value]


def open_issues() -> list[str]:
    return sorted(PaymentIssue.objects.filter(resolved_at=None).values_list("kind", flat=True))


def send_back(payment: StripePayment, amount: str, now: datetime) -> None:
    refund = RefundPayment.of(
        payment, amount_micros=to_micros(amount), reason="Paid twice", key=f"{payment.pk}:{amount}"
    )
    staff = User.objects.filter(username="ann").first() or create_staff("ann", "Billing")
    assert submit(refund, by=staff, now=now) is None


@pytest.fixture(autouse=True)
def alone(settings: object) -> None:
    """Let one person make these refunds."""
    settings.APPROVAL_LIMIT_MICROS = to_micros("100000")  # type: ignore[attr-defined]


class TestPaidTwice:
    begins_with = staticmethod(pay_twice)

    def test_is_in_the_books_and_waits_for_staff(self, desk: Desk, contract: Contract, now: datetime) -> None:
        assert states(contract) == ["paid"]
        assert figures(contract, now) == (1000, 0, 1200, 2400)
        surplus, issue = InstallmentSurplus.objects.get(), PaymentIssue.objects.get(resolved_at=None)
        assert (issue.kind, issue.actual_micros) == ("unasked", to_micros("1200"))
        payment = StripePayment.objects.get(payment_intent_id=surplus.reference)
        assert issue.detail == (
            "1,200.00 USD is overpaid on the installment of 2026-11-18, which is paid without it. "
            f"Refund that much of payment {payment}."
        )

    @pytest.mark.parametrize("which", [0, 1])
    def test_either_payment_may_be_refunded(self, desk: Desk, contract: Contract, now: datetime, which: int) -> None:
        send_back(StripePayment.objects.order_by("pk")[which], "1200", now)
        desk.run(now)
        desk.deliver()
        assert states(contract) == ["paid"]
        assert figures(contract, now) == (1000, 0, 0, 1200)
        assert open_issues() == []

    def test_more_than_the_surplus_is_taken_from_the_installment(
        self, desk: Desk, contract: Contract, now: datetime
    ) -> None:
        for payment, amount in zip(StripePayment.objects.order_by("pk"), ("900", "600"), strict=True):
            send_back(payment, amount, now)
            desk.run(now)
        desk.deliver()
        assert figures(contract, now) == (750, 0, 0, 900)
        assert states(contract) == ["paid"]

    def test_a_refund_that_fails_lies_there_again(self, desk: Desk, contract: Contract, now: datetime) -> None:
        send_back(StripePayment.objects.order_by("pk")[1], "1200", now)
        desk.run(now)
        desk.deliver()
        assert (figures(contract, now), open_issues()) == ((1000, 0, 0, 1200), [])
        desk.fail_refund(desk.account.get("refund", Refund.objects.get().stripe_id))
        desk.deliver()
        assert (figures(contract, now), open_issues()) == ((1000, 0, 1200, 2400), ["refund_failed", "unasked"])
        send_back(StripePayment.objects.order_by("pk")[0], "700", now)
        desk.run(now)
        desk.deliver()
        assert (figures(contract, now), open_issues()) == ((1000, 0, 500, 1700), ["refund_failed", "unasked"])

    @pytest.mark.parametrize("which", [0, 1])
    def test_a_dispute_of_either_freezes_nothing_and_takes_the_surplus(
        self, desk: Desk, contract: Contract, now: datetime, which: int
    ) -> None:
        payment = StripePayment.objects.order_by("pk")[which]
        charge = desk.account.find("charge", payment_intent=payment.payment_intent_id)[0]
        with desk.account.store.transaction():
            made = money.dispute(desk.account, charge)
        desk.deliver()
        assert figures(contract, now) == (1000, 0, 1200, 1200)
        desk.close_dispute(made, "lost")
        desk.deliver()
        assert (figures(contract, now), open_issues()) == ((1000, 0, 0, 1200), [])
        assert states(contract) == ["paid"]
